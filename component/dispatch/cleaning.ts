import { internal } from "../_generated/api.js";
import type { MutationCtx } from "../_generated/server.js";
import type { LoadedThread } from "../model/threads.js";
import { deleteClosed, keepShown } from "./streams.js";
import { cancelUnawaited } from "./toolRounds.js";

/**
 * Schedules the cleanup of what a transition has cut off: it fences everything at once and leaves the work to batches, so that
 * it is a small transaction whatever runs. A thread under deletion is purged instead.
 */
export async function scheduleCleanup(ctx: MutationCtx, thread: LoadedThread): Promise<void> {
  if (thread.snapshot.value === "deleting" || thread.jobs.cleanup) return;
  thread.jobs.cleanup = await ctx.scheduler.runAfter(0, internal.cleanup.run, { threadId: thread._id });
}

/**
 * Cleans up one batch: text that readers have seen becomes a message, deltas are deleted, and tool calls that nobody awaits are
 * cancelled.
 *
 * @returns true when nothing is left to do.
 */
export async function cleanUpBatch(ctx: MutationCtx, thread: LoadedThread): Promise<boolean> {
  await keepShown(ctx, thread._id);
  const areCancelled = await cancelUnawaited(ctx, thread);
  return (await deleteClosed(ctx, thread._id)) && areCancelled;
}
