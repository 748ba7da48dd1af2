import { anyApi, componentsGeneric } from "convex/server";
import { defineAgentApi, type ComponentApi } from "convex-durable-agents";

/** The agent of agent.ts with a log of its transitions. */
export const { createThread, sendMessage } = defineAgentApi(
  componentsGeneric().durableAgents as unknown as ComponentApi,
  anyApi.agent!.handler as never,
  { authorizationCallback: () => {} },
);
