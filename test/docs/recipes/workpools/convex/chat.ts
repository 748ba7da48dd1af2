import { defineAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { env } from "./_generated/server";

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
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? env.DEV_USER ?? null,
  workpoolEnqueueAction: internal.workpools.enqueueStep,
  toolExecutionWorkpoolEnqueueAction: internal.workpools.enqueueTool,
});
