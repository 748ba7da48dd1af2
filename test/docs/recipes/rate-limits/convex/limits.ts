import { HOUR, MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { ConvexError } from "convex/values";
import { components } from "./_generated/api";

export const limiter = new RateLimiter(components.rateLimiter, {
  messages: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 3 },
  tokens: { kind: "fixed window", rate: 500_000, period: 24 * HOUR },
});

/** What the client is sent, as the `code` and the `message` of an `actionError`. */
export function tooOften(retryAfter: number): ConvexError<{ code: string; message: string }> {
  const seconds = Math.ceil(retryAfter / 1000);
  return new ConvexError({ code: "rate_limited", message: `Please wait ${seconds} seconds.` });
}
