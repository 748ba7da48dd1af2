import type { MutationCtx } from "./_generated/server.js";
import type { LoadedThread } from "./dispatch.js";
import { behindStep } from "./position.js";
import { noteRemoval } from "./threadRows.js";

/**
 * Moves the messages that wait behind a step before it: the attempt at it is discarded, and the next one sees them. So
 * the answer to them stands behind them.
 */
export async function moveBeforeStep(ctx: MutationCtx, thread: LoadedThread): Promise<void> {
  const { turn, steps } = thread.snapshot.context;
  const waiting = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).eq("position", behindStep(turn, steps + 1)))
    .collect();
  for (const { _id } of waiting) await ctx.db.patch("messages", _id, { position: behindStep(turn, steps) });
  if (waiting.length > 0) await noteRemoval(ctx, thread);
}
