import { defineAgentApi, streamHandlerAction, type Price } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

/** In dollars for a million tokens. */
const PRICES: Record<string, { input: number; cached: number; output: number }> = {
  "anthropic/claude-haiku-4.5": { input: 1, cached: 0.1, output: 5 },
  "anthropic/claude-sonnet-4.5": { input: 3, cached: 0.3, output: 15 },
};

const price: Price = ({ inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 }, { modelId }) => {
  const prices = PRICES[modelId];
  if (!prices) throw new Error(`The price of ${modelId} is missing.`);
  const fresh = inputTokens - cachedInputTokens;
  return (
    (fresh * prices.input + cachedInputTokens * prices.cached + outputTokens * prices.output) / 1_000_000
  );
};

export const handler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  price,
  messageMetadata: true,
});

export const { createThread, sendMessage, getUsage, listMessages } = defineAgentApi(
  components.durableAgents,
  internal.cost.handler,
  { limits: { maxTurnCost: 0.5, maxThreadCost: 10 } },
);
