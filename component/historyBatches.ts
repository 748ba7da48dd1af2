import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { copyHistory, truncate, vCopy, vTruncation } from "./dispatch/history.js";
import { countRemoval, loadThread } from "./model/threads.js";
import { vCursor } from "./validators/message.js";

/** Deletes the next batch of what REWIND took out, and sends the thread TRUNCATED when all of it is deleted. */
export const truncateMore = internalMutation({
  args: { threadId: v.id("threads"), truncation: vTruncation },
  returns: v.null(),
  handler: async (ctx, { threadId, truncation }) => {
    const isDone = await truncate(ctx, threadId, truncation);
    const thread = await loadThread(ctx, threadId);
    if (!thread) return null;
    const counted = await countRemoval(ctx, thread);
    if (isDone) await dispatch(ctx, counted, { type: "TRUNCATED", revision: truncation.revision });
    return null;
  },
});

/** Copies the next batch of a fork's history, and sends the thread COPIED when all of it is copied. */
export const copyMore = internalMutation({
  args: { threadId: v.id("threads"), copy: vCopy, after: vCursor },
  returns: v.null(),
  handler: async (ctx, { threadId, copy, after }) => {
    const thread = await loadThread(ctx, threadId);
    if (thread?.snapshot.context.revision !== copy.revision || thread.status === "deleting") return null;
    if (await copyHistory(ctx, threadId, copy, after))
      await dispatch(ctx, thread, { type: "COPIED", revision: copy.revision });
    return null;
  },
});
