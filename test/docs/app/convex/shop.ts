import { createActionTool, defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import { internalQuery } from "./_generated/server";

export const listProducts = internalQuery({
  args: {},
  handler: (ctx) => ctx.db.query("products").take(20),
});

export const handler = streamHandlerAction(components.durableAgents, async (ctx, _threadId, step) => {
  const products = await ctx.runQuery(internal.shop.listProducts, {});
  const titles = products.map(({ name }) => name);
  step.writeData({ type: "data-sources", id: "sources", data: { titles } });
  return {
    model: "anthropic/claude-haiku-4.5",
    system: `You sell: ${products.map(({ name, price }) => `${name} for $${price}`).join(", ")}`,
    tools: {
      draw_chart: createActionTool({
        description: "Show the user a chart of the prices",
        args: z.object({ title: z.string() }),
        handler: internal.charts.drawChart,
        identity: true,
      }),
    },
    // The model receives the page that the user is on, and none of the other data.
    convertDataPart: ({ type, data }) =>
      type === "data-page" ? { type: "text", text: `(The user is on ${String(data)}.)` } : undefined,
  };
});

export const { createThread, sendMessage, stopThread, resumeThread, getThread, listMessagesWithStreams } =
  defineAgentApi(components.durableAgents, internal.shop.handler);
