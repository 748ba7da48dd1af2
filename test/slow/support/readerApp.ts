import { pathToFileURL } from "node:url";
import { defineSchema, type GenericSchema, type SchemaDefinition } from "convex/server";
import { scriptedModel } from "../../../example/convex/scriptedModel.js";
import type { AppDefinition } from "../../../example/embedded/definition.js";
import { loadModules } from "../../../example/embedded/modules.js";

/** The app in the folder READER_APP, with the package that is installed there: what the embedded backend hosts. */
const app = pathToFileURL(process.env.READER_APP! + "/");
const component = new URL("node_modules/convex-durable-agents/dist/component/", app);

// The AI SDK asks this provider for the models that are named by strings.
Object.assign(globalThis, { AI_SDK_DEFAULT_PROVIDER: { languageModel: scriptedModel } });

const { default: schema } = (await import(new URL("schema.js", component).href)) as {
  default: SchemaDefinition<GenericSchema, boolean>;
};
export default {
  schema: defineSchema({}),
  modules: loadModules(new URL("convex/", app)),
  components: [{ path: "durableAgents", schema, modules: loadModules(component) }],
} satisfies AppDefinition;
