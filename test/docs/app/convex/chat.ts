import { defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { tools } from "./tools";

export const chatAgentHandler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "You are a helpful assistant.",
  tools,
  saveStreamDeltas: true,
});

export const {
  createThread,
  sendMessage,
  withdrawMessage,
  regenerate,
  editMessage,
  forkThread,
  resumeThread,
  stopThread,
  deleteThread,
  updateThread,
  getThread,
  listThreads,
  paginateThreads,
  listMessages,
  listMessagesWithStreams,
  addToolResult,
  addToolError,
  approveToolCall,
  denyToolCall,
  explainThread,
  listTransitions,
  getUsage,
  listTurns,
} = defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});
