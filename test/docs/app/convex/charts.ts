import { vToolCallIdentity, writeData } from "convex-durable-agents";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import { internalAction } from "./_generated/server";

export const drawChart = internalAction({
  args: { title: v.string(), toolCall: vToolCallIdentity },
  handler: async (ctx, { title, toolCall }): Promise<string> => {
    const draw = (points: number[]) =>
      writeData(ctx, components.durableAgents, toolCall, {
        type: "data-chart",
        id: title,
        data: { title, points },
      });
    await draw([]);
    const products = await ctx.runQuery(internal.shop.listProducts, {});
    await draw(products.map(({ price }) => price));
    return `The user sees a chart of ${products.length} prices.`;
  },
});
