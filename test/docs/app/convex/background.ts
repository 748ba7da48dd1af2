import { defineInternalAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

export const { createThread, sendMessage, forkThread, getThread, listMessages } = defineInternalAgentApi(
  components.durableAgents,
  internal.chat.chatAgentHandler,
  {
    limits: {
      maxSteps: 20,
      maxTurnMs: 5 * 60_000,
      maxTurnTokens: 200_000,
      maxThreadTokens: 5_000_000,
    },
  },
);
