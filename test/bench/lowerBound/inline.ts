import { v } from "convex/values";
import { runTool } from "../workloads.js";
import { internal } from "./api.js";
import { callModel, toPrompt } from "./model.js";
import { internalAction, internalMutation, vCall } from "./schema.js";

/** Runs a whole turn in one action, its tools too. A crash loses it. */
export const runTurn = internalAction({
  args: { threadId: v.id("threads") },
  handler: async (ctx, { threadId }): Promise<void> => {
    const { streamId, messages } = await ctx.runMutation(internal.turns.begin, { threadId });
    const prompt = toPrompt(messages);
    for (;;) {
      const { text, streamed, calls } = await callModel(ctx, { threadId, streamId }, prompt);
      if (calls.length === 0) {
        await ctx.runMutation(internal.turns.finish, { threadId, streamId, text, streamed });
        return;
      }
      await ctx.runMutation(internal.inline.saveCalls, { threadId, calls });
      const results = await Promise.all(
        calls.map(async ({ callId, key }) => ({ callId, result: await runTool(key) })),
      );
      await ctx.runMutation(internal.inline.saveResults, { threadId, results });
      prompt.push(
        ...toPrompt([
          { role: "assistant", text },
          { role: "tool", text: "" },
        ]),
      );
    }
  },
});

/** Stores what a step asks for. */
export const saveCalls = internalMutation({
  args: { threadId: v.id("threads"), calls: v.array(vCall) },
  handler: async (ctx, { threadId, calls }) => {
    await ctx.db.insert("messages", { threadId, role: "assistant", text: "", streamed: 0, calls });
  },
});

/** Stores what a step's tools answered. */
export const saveResults = internalMutation({
  args: { threadId: v.id("threads"), results: v.array(v.any()) },
  handler: async (ctx, { threadId, results }) => {
    await ctx.db.insert("messages", { threadId, role: "tool", text: "", streamed: 0, results });
  },
});
