import { anyApi } from "convex/server";
import { defineInternalAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

/** The same agent for other Convex functions only. */
export const {
  createThread,
  sendMessage,
  getThread,
  listMessages,
  listMessagesWithStreams,
  listThreads,
  deleteThread,
  resumeThread,
  stopThread,
  addToolResult,
  addToolError,
  getUsage,
  listTurns,
  listTransitions,
  explainThread,
} = defineInternalAgentApi(component, anyApi.agent!.handler as never);
