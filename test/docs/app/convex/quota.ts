import { MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { defineAgentApi } from "convex-durable-agents";
import { ConvexError } from "convex/values";
import { components, internal } from "./_generated/api";

const limiter = new RateLimiter(components.rateLimiter, {
  send: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 2 },
});

export const { createThread, sendMessage, listMessages } = defineAgentApi(
  components.durableAgents,
  internal.chat.chatAgentHandler,
  {
    owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
    beforeSend: async (ctx, { sender }) => {
      const { ok, retryAfter } = await limiter.limit(ctx, "send", { key: sender ?? "" });
      if (ok) return;
      const seconds = Math.ceil(retryAfter / 1000);
      throw new ConvexError({ code: "rate_limited", message: `Please wait ${seconds} seconds.` });
    },
  },
);
