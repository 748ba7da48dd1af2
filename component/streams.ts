import { getConvexSize, v } from "convex/values";
import { query } from "./_generated/server.js";
import { READ_BUDGET_BYTES } from "./limits.js";
import { stepOf, turnOf } from "./position.js";
import { liveStream } from "./streamRows.js";
import { findThread } from "./threadRows.js";

const vStream = v.object({ streamId: v.string(), turn: v.number(), step: v.number() });
const vDelta = v.object({ streamId: v.string(), seq: v.number(), chunks: v.array(v.any()) });

/** The streams of a thread that have no committed message yet. */
export const list = query({
  args: { threadId: v.string() },
  returns: v.array(vStream),
  handler: async (ctx, { threadId }) => {
    const thread = await findThread(ctx, threadId);
    const stream = thread && (await liveStream(ctx, thread._id));
    if (!stream) return [];
    const { _id, position } = stream;
    return [{ streamId: _id, turn: turnOf(position), step: stepOf(position) }];
  },
});

/**
 * What is new in a thread's live streams.
 *
 * @param cursors - for each stream, the `seq` from which on deltas are wanted: one more than the last one seen.
 */
export const deltas = query({
  args: {
    threadId: v.string(),
    cursors: v.array(v.object({ streamId: v.string(), cursor: v.number() })),
  },
  returns: v.array(vDelta),
  handler: async (ctx, { threadId, cursors }) => {
    const thread = await findThread(ctx, threadId);
    const stream = thread && (await liveStream(ctx, thread._id));
    const wanted = stream && cursors.find(({ streamId }) => streamId === stream._id);
    if (!wanted) return [];
    const fresh: { streamId: string; seq: number; chunks: unknown[] }[] = [];
    let bytes = 0;
    const rows = ctx.db
      .query("deltas")
      .withIndex("by_stream", (q) => q.eq("streamId", stream._id).gte("seq", wanted.cursor));
    for await (const { seq, chunks } of rows) {
      fresh.push({ streamId: stream._id, seq, chunks: chunks as unknown[] });
      bytes += getConvexSize(chunks);
      if (bytes > READ_BUDGET_BYTES) break;
    }
    return fresh;
  },
});
