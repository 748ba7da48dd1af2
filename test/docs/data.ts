import { internalActionGeneric as internalAction, anyApi } from "convex/server";
import { v } from "convex/values";
import {
  createActionTool,
  defineAgentApi,
  streamHandlerAction,
  vToolCallIdentity,
  writeData,
  type Price,
} from "convex-durable-agents";
import { z } from "zod";
import { components, internal, model } from "./app.js";

export const handler = streamHandlerAction(components.durableAgents, async (ctx, threadId, step) => {
  const pages = await ctx.runQuery(internal.data.findPages, { threadId });
  step.writeData({ type: "data-sources", id: "sources", data: { titles: pages.map(({ title }) => title) } });
  return {
    model,
    system: `Answer from these pages:\n${pages.map(({ text }) => text).join("\n")}`,
    tools: { draw_chart },
    // The model receives the page that the user is on, and none of the other data.
    convertDataPart: ({ type, data }) =>
      type === "data-page" ? { type: "text", text: `(The user is on ${String(data)}.)` } : undefined,
  };
});

const draw_chart = createActionTool({
  description: "Show the user a chart of a table",
  args: z.object({ table: z.string() }),
  handler: internal.data.drawChart,
  identity: true,
});

export const drawChart = internalAction({
  args: { table: v.string(), toolCall: vToolCallIdentity },
  handler: async (ctx, { table, toolCall }) => {
    const chart = { type: "data-chart", id: table } as const;
    await writeData(ctx, components.durableAgents, toolCall, { ...chart, data: { table, points: [] } });
    const points: number[] = await ctx.runQuery(internal.data.pointsOf, { table });
    await writeData(ctx, components.durableAgents, toolCall, { ...chart, data: { table, points } });
    return `The user sees a chart of ${points.length} points.`;
  },
});

/** In dollars for a million tokens. */
const PRICES: Record<string, { input: number; cached: number; output: number }> = {
  "claude-haiku-4-5": { input: 1, cached: 0.1, output: 5 },
};

const price: Price = ({ inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 }, { modelId }) => {
  const { input, cached, output } = PRICES[modelId] ?? PRICES["claude-haiku-4-5"]!;
  const fresh = inputTokens - cachedInputTokens;
  return (fresh * input + cachedInputTokens * cached + outputTokens * output) / 1_000_000;
};

export const pricedHandler = streamHandlerAction(components.durableAgents, {
  model,
  price,
  messageMetadata: true,
});

export const { createThread, sendMessage, getUsage, listMessages } = defineAgentApi(
  components.durableAgents,
  anyApi.data!.pricedHandler as never,
  { limits: { maxTurnCost: 0.5, maxThreadCost: 10 } },
);

export const { createThread: ask } = defineAgentApi(components.durableAgents, anyApi.data!.handler as never);
