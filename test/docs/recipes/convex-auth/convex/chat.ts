import { getAuthUserId } from "@convex-dev/auth/server";
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
  // Not the identity's `subject`: with Convex Auth that is the user and the session.
  owner: (ctx) => getAuthUserId(ctx),
});
