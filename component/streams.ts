import { getConvexSize, v } from "convex/values";
import { query } from "./_generated/server.js";
import { READ_BUDGET_BYTES } from "./limits.js";
import { stepOf, turnOf } from "./position.js";
import { deltasFrom, liveStream } from "./streamRows.js";
import { findListed } from "./threadRows.js";
import { vStreamCursor, vStreamNews } from "./messageValidators.js";
import { vTarget } from "./validators.js";

/**
 * What is new in a thread's live stream: null where that is nothing. Which stream it is comes along when it is not the
 * one that the cursor is of, and then it comes from its beginning.
 */
export const news = query({
  args: { ...vTarget, cursor: v.optional(vStreamCursor) },
  returns: v.union(vStreamNews, v.null()),
  handler: async (ctx, { threadId, owner, cursor }) => {
    const thread = await findListed(ctx, { threadId, owner });
    const stream = thread && (await liveStream(ctx, thread._id));
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
      if (bytes > READ_BUDGET_BYTES) break;
    }
    if (chunks.length === 0) return null;
    if (isFollowed) return { seq, chunks };
    return { seq, chunks, stream: { streamId, turn: turnOf(position), step: stepOf(position) } };
  },
});
