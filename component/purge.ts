import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { deleteDeltas } from "./dispatch/streams.js";
import { takeBounded } from "./lib/bounded.js";
import { deleteDetails } from "./model/details.js";
import { loadThread } from "./model/threads.js";
import { deleteToolCall } from "./model/toolCalls.js";

/** Deletes what a thread owns, one bounded batch at a time, and sends it PURGED when nothing is left. */
export const run = internalMutation({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    if (await deleteBatch(ctx, threadId)) {
      await ctx.scheduler.runAfter(0, internal.purge.run, { threadId });
      return null;
    }
    await deleteDetails(ctx, threadId);
    const thread = await loadThread(ctx, threadId);
    if (thread) await dispatch(ctx, thread, { type: "PURGED" });
    return null;
  },
});

/** Deletes the next batch of a closed stream's deltas. */
export const deltas = internalMutation({
  args: { streamId: v.id("streams") },
  returns: v.null(),
  handler: async (ctx, { streamId }) => {
    await deleteDeltas(ctx, streamId);
    return null;
  },
});

/** Deletes from the first table that still has rows of the thread. Returns false when none has. */
async function deleteBatch(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  const calls = ctx.db.query("toolCalls").withIndex("by_step", (q) => q.eq("threadId", threadId));
  const { rows: callRows } = await takeBounded(calls);
  for (const call of callRows) await deleteToolCall(ctx, call);
  if (callRows.length > 0) return true;

  for (const table of ["messages", "turns", "transitions"] as const) {
    const { rows } = await takeBounded(
      ctx.db.query(table).withIndex("by_thread", (q) => q.eq("threadId", threadId)),
    );
    for (const { _id } of rows) await ctx.db.delete(table, _id);
    if (rows.length > 0) return true;
  }
  return false;
}
