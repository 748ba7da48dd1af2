import { streamHandlerAction } from "convex-durable-agents";
import { components } from "./_generated/api";
import { limiter } from "./limits";

export const respond = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "You are a helpful assistant.",
  saveStreamDeltas: true,
  // Each model call takes its tokens from the day's of its user. The last one may take more than are left.
  onStepFinish: async ({ ctx, sender, usage }) => {
    const count = usage.totalTokens ?? 0;
    await limiter.limit(ctx, "tokens", { key: sender ?? "nobody", count, reserve: true });
  },
});
