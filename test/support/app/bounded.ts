import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The same agent with tighter bounds on a turn. */
export const { createThread, sendMessage, resumeThread } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  { limits: { maxAttempts: 2, maxSteps: 3 } },
);

/** The same agent with budgets of tokens and of time. */
export const { createThread: createBudgeted } = defineAgentApi(component, anyApi.agent!.handler as never, {
  limits: { maxTurnTokens: 100, maxThreadTokens: 200, maxTurnMs: 60_000, maxThreadMs: 90_000 },
});
