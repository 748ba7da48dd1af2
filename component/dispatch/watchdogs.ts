import { v, type Infer } from "convex/values";
import { runningState } from "../../machines/thread/states.js";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { WATCH_INTERVAL_MS } from "../lib/limits.js";
import { cancelJob } from "./jobs.js";
import { loadThread, writeWork, type LoadedThread } from "../model/threads.js";

/** What a watchdog notes for its next look. */
export const vNotes = v.object({
  /** The tool calls up to this index were checked. */
  after: v.optional(v.number()),
  /** A generation whose handler was silent, or unclaimed and running, and since when, in milliseconds since the epoch. */
  silent: v.optional(v.object({ generation: v.number(), since: v.number() })),
});
export type Notes = Infer<typeof vNotes>;

/** When the watchdog is to come again, and with which notes. */
export interface NextLook {
  notes: Notes;
  /** In milliseconds from now; Infinity: not until something else brings it back. Default: after the usual interval. */
  afterMs?: number;
  /** All that the thread waits for is people. */
  isParked?: true;
}

/** Schedules a thread's watchdog, or, with null, lets it go. */
export async function setWatchdog(
  ctx: MutationCtx,
  thread: LoadedThread,
  next: NextLook | null,
): Promise<void> {
  const { notes = {}, afterMs = WATCH_INTERVAL_MS, isParked } = next ?? {};
  const args = { threadId: thread._id, notes, dueAt: Date.now() + afterMs };
  thread.parked = isParked;
  thread.jobs.watchdog =
    next && afterMs < Infinity
      ? await ctx.scheduler.runAfter(afterMs, internal.watchdog.watch, args)
      : undefined;
  await writeWork(ctx, thread);
}

/** Gives a thread its watchdog back, which left, or sleeps, while all that the thread waited for was people. */
export async function watchAgain(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const thread = await loadThread(ctx, threadId);
  if (!thread || runningState(thread.snapshot) === null || !thread.parked) return;
  await cancelJob(ctx, thread.jobs.watchdog);
  await setWatchdog(ctx, thread, { notes: {} });
}
