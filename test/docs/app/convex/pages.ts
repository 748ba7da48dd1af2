import { reportProgress, vToolCallIdentity } from "convex-durable-agents";
import { v } from "convex/values";
import { components } from "./_generated/api";
import { internalAction } from "./_generated/server";

export const readPages = internalAction({
  args: { urls: v.array(v.string()), toolCall: vToolCallIdentity },
  handler: async (ctx, { urls, toolCall }) => {
    const texts: string[] = [];
    for (const url of urls) {
      const progress = { page: texts.length + 1, of: urls.length };
      const isWanted = await reportProgress(ctx, components.durableAgents, toolCall, progress);
      if (!isWanted) return null;
      texts.push(await (await fetch(url)).text());
    }
    return texts;
  },
});
