import { v } from "convex/values";
import { query } from "./schema.js";

/** Whether the thread runs, and its stream. */
export const thread = query({
  args: { threadId: v.id("threads") },
  handler: async (ctx, { threadId }) => {
    const row = await ctx.db.get("threads", threadId);
    const stream = await ctx.db
      .query("streams")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .first();
    return { running: row!.running, streamId: stream?._id ?? null };
  },
});

/** The messages that came after a time. Of text that was streamed they have only what the stream had not. */
export const messages = query({
  args: { threadId: v.id("threads"), after: v.number() },
  handler: async (ctx, { threadId, after }) => {
    const rows = await ctx.db
      .query("messages")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("_creationTime", after))
      .collect();
    return rows.map(({ _creationTime: at, role, text, streamed, calls, results }) => ({
      at,
      role,
      text: text.slice(streamed),
      calls,
      results: results as unknown[] | undefined,
    }));
  },
});

/** The deltas of a stream from one on. */
export const deltas = query({
  args: { streamId: v.id("streams"), from: v.number() },
  handler: async (ctx, { streamId, from }) => {
    const rows = await ctx.db
      .query("deltas")
      .withIndex("by_stream", (q) => q.eq("streamId", streamId).gte("seq", from))
      .collect();
    return rows.map(({ seq, text }) => ({ seq, text }));
  },
});

/** The results of tool calls behind a number of them. */
export const results = query({
  args: { threadId: v.id("threads"), after: v.number() },
  handler: async (ctx, { threadId, after }) => {
    const rows = await ctx.db
      .query("calls")
      .withIndex("by_settled", (q) => q.eq("threadId", threadId).gt("settled", after))
      .collect();
    return rows.map(({ callId, settled, result }) => ({
      callId,
      settled: settled!,
      result: result as unknown,
    }));
  },
});
