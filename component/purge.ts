import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { closeStream, deleteClosed } from "./dispatch/streams.js";
import { cancelUnawaited } from "./dispatch/toolRounds.js";
import { takeBounded } from "./lib/bounded.js";
import { deleteDetails } from "./model/details.js";
import { streamsOf } from "./model/streams.js";
import { loadThread, writeWork, type LoadedThread } from "./model/threads.js";
import { deleteToolCall } from "./model/toolCalls.js";

/** Deletes what a thread owns, one bounded batch at a time, and sends it PURGED when nothing is left. */
export const run = internalMutation({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    const thread = await loadThread(ctx, threadId);
    if (!thread) return null;
    if (await deleteBatch(ctx, thread)) {
      thread.jobs.purge = await ctx.scheduler.runAfter(0, internal.purge.run, { threadId });
      await writeWork(ctx, thread);
      return null;
    }
    await deleteDetails(ctx, threadId);
    await dispatch(ctx, thread, { type: "PURGED" });
    return null;
  },
});

/** Deletes from the first table that still has rows of the thread. Returns false when none has. */
async function deleteBatch(ctx: MutationCtx, thread: LoadedThread): Promise<boolean> {
  const { _id: threadId } = thread;
  if (!(await cancelUnawaited(ctx, thread, true))) return true;

  const calls = ctx.db.query("toolCalls").withIndex("by_step", (q) => q.eq("threadId", threadId));
  const { rows: callRows } = await takeBounded(calls);
  for (const call of callRows) await deleteToolCall(ctx, call);
  if (callRows.length > 0) return true;

  for await (const { _id } of streamsOf(ctx, threadId, "keep"))
    await ctx.db.patch("streams", _id, { closed: "drop" });
  await closeStream(ctx, threadId, "drop");
  if (!(await deleteClosed(ctx, threadId))) return true;

  for (const table of ["messages", "turns", "transitions"] as const) {
    const { rows } = await takeBounded(
      ctx.db.query(table).withIndex("by_thread", (q) => q.eq("threadId", threadId)),
    );
    for (const { _id } of rows) await ctx.db.delete(table, _id);
    if (rows.length > 0) return true;
  }
  return false;
}
