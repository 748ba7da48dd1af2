import { anyApi, componentsGeneric, internalMutationGeneric, type ApiFromModules } from "convex/server";
import type { ComponentApi as RateLimiterApi } from "@convex-dev/rate-limiter/_generated/component.js";
import type { ComponentApi, StreamHandler } from "convex-durable-agents";
import type * as agent from "../support/app/agent.js";
import type * as tools from "../support/app/tools.js";
import type * as alerts from "./alerts.js";
import type * as assistant from "./assistant.js";
import type * as billing from "./billing.js";
import type * as data from "./data.js";
import type * as dataPages from "./dataPages.js";
import type * as mcp from "./mcp.js";
import type * as threads from "./threads.js";

export { testModel as model } from "../support/app/model.js";

/** What an app of the documentation imports from its `_generated/api`. */
export const components = componentsGeneric() as unknown as {
  durableAgents: ComponentApi;
  rateLimiter: RateLimiterApi;
};
type Modules = ApiFromModules<{
  tools: typeof tools;
  alerts: typeof alerts;
  assistant: typeof assistant;
  billing: typeof billing;
  data: typeof dataPages & Pick<typeof data, "drawChart">;
  mcp: typeof mcp;
  threads: typeof threads;
}>;
export const internal = anyApi as unknown as Modules;

/** What an app of the documentation exports from its `defineAgentApi`; the types are those of the tests' own agent. */
export const api = anyApi as unknown as Pick<Modules, "threads"> & {
  control: ApiFromModules<{ agent: typeof agent }>["agent"];
  chat: ApiFromModules<{ agent: typeof agent }>["agent"] & { handler: StreamHandler };
};
export const internalMutation = internalMutationGeneric;
