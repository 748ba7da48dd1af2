import { defineSchema } from "convex/server";
import componentSchema from "../../component/schema.js";
import type { AppDefinition } from "../../example/embedded/definition.js";
import { loadModules } from "../../example/embedded/modules.js";

/** The app of the process that is killed. */
const app: AppDefinition = {
  schema: defineSchema({}),
  modules: {
    "./_generated/api.ts": () => Promise.resolve({}),
    "./agent.ts": () => import("./killsAgent.js"),
  },
  components: [
    {
      path: "durableAgents",
      schema: componentSchema,
      modules: loadModules(new URL("../../component/", import.meta.url)),
    },
  ],
};
export default app;
