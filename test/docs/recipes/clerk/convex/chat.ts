import { defineAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

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
} = defineAgentApi(components.durableAgents, internal.agent.respond, {
  // Clerk's id of the user, such as `user_2abc`.
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});
