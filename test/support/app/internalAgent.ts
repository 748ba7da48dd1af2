import { anyApi } from "convex/server";
import { defineInternalAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The same agent for other Convex functions only. */
export const internalAgent = defineInternalAgentApi(component, anyApi.agent!.handler as never);
