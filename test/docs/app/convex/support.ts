import { defineAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

export const { getThread, listThreads, explainThread, listTransitions, listMessages, getUsage, listTurns } =
  defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
    owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
    inspectorCallback: async (ctx) => (await ctx.auth.getUserIdentity())?.role === "support",
  });
