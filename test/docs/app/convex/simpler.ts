import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";

/** Asks for a simpler answer in a thread of its own. Returns its id. */
export const explainSimply = internalMutation({
  args: { threadId: v.string(), messageId: v.string() },
  handler: async (ctx, args): Promise<string> => {
    const threadId = await ctx.runMutation(internal.background.forkThread, args);
    await ctx.runMutation(internal.background.sendMessage, { threadId, prompt: "Explain it simply." });
    return threadId;
  },
});
