import { anyApi } from "convex/server";
import { defineInternalAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The same agent for other Convex functions only. */
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
} = defineInternalAgentApi(component, anyApi.agent!.handler as never);
