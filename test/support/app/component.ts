import { componentsGeneric } from "convex/server";
import type { ComponentApi } from "convex-durable-agents";

/** The mounted component. */
export const component = componentsGeneric().durableAgents as unknown as ComponentApi;
