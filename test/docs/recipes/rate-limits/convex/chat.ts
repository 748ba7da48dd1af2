import { defineAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { env } from "./_generated/server";
import { limiter, tooOften } from "./limits";

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
  beforeSend: async (ctx, { sender }) => {
    const key = sender ?? "nobody";
    const tokens = await limiter.check(ctx, "tokens", { key, count: 1 });
    if (!tokens.ok) throw tooOften(tokens.retryAfter);
    const messages = await limiter.limit(ctx, "messages", { key });
    if (!messages.ok) throw tooOften(messages.retryAfter);
  },
  limits: { maxSteps: 20, maxTurnMs: 5 * 60_000, maxTurnTokens: 100_000 },
});
