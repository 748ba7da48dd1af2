import { v } from "convex/values";
import { RECENT_MESSAGES } from "../workloads.js";
import { internal } from "./api.js";
import { internalMutation, mutation } from "./schema.js";

/** Stores a user's message and starts the turn. */
export const send = mutation({
  args: { threadId: v.id("threads"), prompt: v.string(), actionPerTool: v.boolean() },
  handler: async (ctx, { threadId, prompt, actionPerTool }) => {
    await ctx.db.insert("messages", { threadId, role: "user", text: prompt, streamed: 0 });
    await ctx.db.patch("threads", threadId, { running: true });
    if (actionPerTool) await ctx.scheduler.runAfter(0, internal.perTool.runStep, { threadId });
    else await ctx.scheduler.runAfter(0, internal.inline.runTurn, { threadId });
  },
});

/** Reads what the model is to see, and opens the turn's stream if there is none. */
export const begin = internalMutation({
  args: { threadId: v.id("threads"), streamId: v.optional(v.id("streams")) },
  handler: async (ctx, { threadId, streamId }) => {
    const newest = await ctx.db
      .query("messages")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .order("desc")
      .take(RECENT_MESSAGES);
    const calls = await ctx.db
      .query("calls")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .collect();
    return {
      streamId: streamId ?? (await ctx.db.insert("streams", { threadId })),
      messages: newest.reverse(),
      results: calls.map(({ callId, result }) => ({ callId, result: result as unknown })),
    };
  },
});

const vStream = { threadId: v.id("threads"), streamId: v.id("streams") };

/** Appends to the stream. */
export const flush = internalMutation({
  args: { ...vStream, seq: v.number(), text: v.string() },
  handler: async (ctx, { streamId, seq, text }) => {
    await ctx.db.insert("deltas", { streamId, seq, text });
  },
});

/** Stores the answer and ends the turn. */
export const finish = internalMutation({
  args: { ...vStream, text: v.string(), streamed: v.number() },
  handler: async (ctx, { threadId, streamId, text, streamed }) => {
    await ctx.db.insert("messages", { threadId, role: "assistant", text, streamed });
    await ctx.db.patch("threads", threadId, { running: false });
    await ctx.scheduler.runAfter(0, internal.turns.cleanUp, { threadId, streamId });
  },
});

/** Deletes a stream that is over. */
export const cleanUp = internalMutation({
  args: vStream,
  handler: async (ctx, { streamId }) => {
    const deltas = ctx.db.query("deltas").withIndex("by_stream", (q) => q.eq("streamId", streamId));
    for await (const { _id } of deltas) await ctx.db.delete("deltas", _id);
    await ctx.db.delete("streams", streamId);
  },
});
