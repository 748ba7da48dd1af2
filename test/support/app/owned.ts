import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { authorization, component } from "./agent.js";

/** The same agent, whose threads belong to whoever created them. */
export const {
  createThread,
  sendMessage,
  addMessage,
  editMessage,
  forkThread,
  regenerate,
  withdrawMessage,
  getThread,
  listMessages,
  listMessagesWithStreams,
  listThreads,
  paginateThreads,
  updateThread,
  deleteThread,
  resumeThread,
  stopThread,
  addToolResult,
  addToolError,
  approveToolCall,
  denyToolCall,
  moveToolCallDeadline,
  getUsage,
  listTurns,
  listTransitions,
  explainThread,
} = defineAgentApi(component, anyApi.agent!.handler as never, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  authorizationCallback: (ctx, threadId) => authorization.callback?.(ctx, threadId),
});
