import { v } from "convex/values";
import { defineAgentApi } from "convex-durable-agents";
import { api, components, internalMutation } from "./app.js";

export const {
  createThread,
  sendMessage,
  withdrawMessage,
  addMessage,
  regenerate,
  editMessage,
  forkThread,
  resumeThread,
  getThread,
  listMessages,
} = defineAgentApi(components.durableAgents, api.chat.handler, {
  limits: {
    maxSteps: 20,
    maxTurnMs: 5 * 60_000,
    maxTurnTokens: 200_000,
    maxThreadTokens: 5_000_000,
  },
});

/** A correction reaches the agent while it works. */
export const correct = internalMutation({
  args: { threadId: v.string() },
  handler: async (ctx, { threadId }): Promise<string> =>
    ctx.runMutation(api.control.sendMessage, {
      threadId,
      prompt: "In Celsius, please.",
      whileRunning: "steer",
    }),
});

/** However often a webhook is delivered, its event is one message. */
export const onWebhook = internalMutation({
  args: { threadId: v.string(), eventId: v.string(), text: v.string() },
  handler: async (ctx, { threadId, eventId, text }): Promise<string> =>
    ctx.runMutation(api.control.sendMessage, { threadId, prompt: text, key: eventId }),
});

/** The same question, asked in another way, in a thread of its own. */
export const tryAnotherWay = internalMutation({
  args: { threadId: v.string(), messageId: v.string() },
  handler: async (ctx, { threadId, messageId }): Promise<string> => {
    const forkId = await ctx.runMutation(api.control.forkThread, { threadId, messageId });
    await ctx.runMutation(api.control.sendMessage, { threadId: forkId, prompt: "Explain it simply." });
    return forkId;
  },
});
