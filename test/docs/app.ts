import { anyApi, componentsGeneric, type ApiFromModules } from "convex/server";
import type { ComponentApi } from "convex-durable-agents";
import type * as tools from "../support/app/tools.js";
import type * as alerts from "./alerts.js";
import type * as assistant from "./assistant.js";
import type * as billing from "./billing.js";

export { testModel as model } from "../support/app/model.js";

/** What an app of the documentation imports from its `_generated/api`. */
export const components = componentsGeneric() as unknown as { durableAgents: ComponentApi };
export const internal = anyApi as unknown as ApiFromModules<{
  tools: typeof tools;
  alerts: typeof alerts;
  assistant: typeof assistant;
  billing: typeof billing;
}>;
