import { defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";
import { tools } from "./tools";

export const handler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  tools,
  onTurnComplete: async ({ ctx, threadId, turn, usage }) => {
    await ctx.runMutation(internal.billing.bill, { threadId, turn, tokens: usage.totalTokens ?? 0 });
  },
  onRetry: ({ threadId, attempt, error }) => console.warn(threadId, "attempt", attempt, "failed:", error),
  onError: ({ threadId, error }) => console.error(threadId, "failed:", error),
});

export const bill = internalMutation({
  args: { threadId: v.string(), turn: v.number(), tokens: v.number() },
  handler: async (ctx, args) => {
    await ctx.db.insert("bills", args);
  },
});

export const { createThread, sendMessage } = defineAgentApi(
  components.durableAgents,
  internal.billing.handler,
);
