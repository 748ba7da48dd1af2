import { getConvexSize, v } from "convex/values";
import { query } from "./_generated/server.js";
import { MAX_UPDATE_CHUNKS, READ_BUDGET_BYTES } from "./lib/limits.js";
import { stepOf, turnOf } from "./lib/position.js";
import { deltasFrom, shownStream } from "./model/streams.js";
import { findVisible } from "./model/threads.js";
import { vStreamCursor, vStreamUpdate } from "./validators/message.js";
import { vTarget } from "./validators/thread.js";

/**
 * The part of a thread's live stream that its reader does not have yet. If the stream is not the one that the cursor belongs
 * to, it is named and comes from its beginning.
 *
 * @returns null if there is nothing new.
 */
export const update = query({
  args: { ...vTarget, cursor: v.optional(vStreamCursor) },
  returns: v.union(vStreamUpdate, v.null()),
  handler: async (ctx, { threadId, owner, agentName, cursor }) => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    const stream = thread && (await shownStream(ctx, thread._id));
    if (!stream) return null;
    const { _id: streamId, position } = stream;
    const isFollowed = cursor?.streamId === streamId;
    const chunks: unknown[] = [];
    let seq = isFollowed ? cursor.seq : 0;
    let bytes = 0;
    for await (const delta of deltasFrom(ctx, stream._id, seq)) {
      chunks.push(...(delta.chunks as unknown[]));
      seq = delta.seq + 1;
      bytes += getConvexSize(delta.chunks);
      if (bytes > READ_BUDGET_BYTES || chunks.length > MAX_UPDATE_CHUNKS) break;
    }
    if (chunks.length === 0) return null;
    if (isFollowed) return { seq, chunks };
    return { seq, chunks, stream: { streamId, turn: turnOf(position), step: stepOf(position) } };
  },
});
