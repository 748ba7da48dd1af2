import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import componentSchema from "../../component/schema.js";
import schema from "../convex/schema.js";
import type { AppDefinition } from "./definition.js";
import { loadModules } from "./modules.js";

type Schema = SchemaDefinition<GenericSchema, boolean>;

/** A component as its package ships it, mounted at a path. */
async function installed(path: string, packageName: string) {
  const config = createRequire(import.meta.url).resolve(`${packageName}/convex.config.js`);
  const directory = new URL("./", pathToFileURL(config));
  const module = (await import(new URL("schema.js", directory).href)) as { default: Schema };
  return { path, schema: module.default, modules: loadModules(directory) };
}

const app: AppDefinition = {
  schema,
  modules: loadModules(new URL("../convex/", import.meta.url)),
  components: [
    {
      path: "durableAgents",
      schema: componentSchema,
      modules: loadModules(new URL("../../component/", import.meta.url)),
    },
    await installed("agentWorkpool", "@convex-dev/workpool"),
    await installed("agentWorkpool/batchWorker", "@convex-dev/batch-worker"),
  ],
};

export default app;
