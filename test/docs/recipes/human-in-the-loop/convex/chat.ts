import { defineAgentApi, defineInternalAgentApi } from "convex-durable-agents";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import { env, internalMutation } from "./_generated/server";

export const {
  createThread,
  sendMessage,
  getThread,
  listThreads,
  listMessagesWithStreams,
  stopThread,
  resumeThread,
  approveToolCall,
  denyToolCall,
  addToolResult,
  addToolError,
} = defineAgentApi(components.durableAgents, internal.agent.respond, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? env.DEV_USER ?? null,
});

export const { moveToolCallDeadline } = defineInternalAgentApi(
  components.durableAgents,
  internal.agent.respond,
);

/** For example when the customer opens the thread: the question is good for another hour. */
export const giveMoreTime = internalMutation({
  args: { threadId: v.string(), toolCallId: v.string() },
  returns: v.null(),
  handler: (ctx, call): Promise<null> =>
    ctx.runMutation(internal.chat.moveToolCallDeadline, { ...call, ms: 60 * 60 * 1000 }),
});
