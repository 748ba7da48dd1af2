import { anyApi, internalMutationGeneric, type FunctionHandle } from "convex/server";
import { v } from "convex/values";
import { defineAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The plainest bridge: it runs what it takes at once, and tells nobody of its end. */
const bridge = () =>
  internalMutationGeneric({
    args: v.any(),
    handler: (ctx, { action, args }: { action?: string; args: Record<string, unknown> }) =>
      action === undefined ? null : ctx.scheduler.runAfter(0, action as FunctionHandle<"action">, args),
  });

export const enqueueAgentAction = bridge();
export const enqueueToolAction = bridge();

/** The agent of agent.ts, its stream handler and its tools each behind a bridge of their own. */
export const { createThread } = defineAgentApi(component, anyApi.agent!.handler as never, {
  workpoolEnqueueAction: anyApi.bridged!.enqueueAgentAction as never,
  toolExecutionWorkpoolEnqueueAction: anyApi.bridged!.enqueueToolAction as never,
});
