import componentSchema from "../../component/schema.js";
import schema from "../convex/schema.js";
import type { AppDefinition } from "./definition.js";
import { loadModules } from "./modules.js";

const app: AppDefinition = {
  schema,
  modules: loadModules(new URL("../convex/", import.meta.url)),
  components: [
    {
      path: "durableAgents",
      schema: componentSchema,
      modules: loadModules(new URL("../../component/", import.meta.url)),
    },
  ],
};

export default app;
