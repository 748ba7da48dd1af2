import { anyApi, componentsGeneric, type ApiFromModules } from "convex/server";
import type { ComponentApi } from "convex-durable-agents";
import type * as tools from "../support/app/tools.js";
import type * as billing from "./billing.js";
import type * as threads from "./threads.js";

export { testModel as model } from "../support/app/model.js";

/** What an app of the documentation imports from its `_generated/api`. */
export const components = componentsGeneric() as unknown as { durableAgents: ComponentApi };
const modules = anyApi as unknown as ApiFromModules<{
  tools: typeof tools;
  billing: typeof billing;
  threads: typeof threads;
}>;
export const internal = modules;
export const api = modules;
