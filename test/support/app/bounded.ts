import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The same agent with tighter bounds on a turn. */
export const { createThread, sendMessage, resumeThread } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  { limits: { maxAttempts: 2, maxSteps: 3 } },
);
