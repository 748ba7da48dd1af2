import { v, type Infer } from "convex/values";
import { runningState } from "../../machines/thread/states.js";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { WATCH_INTERVAL_MS } from "../lib/limits.js";
import { jobIsDead } from "../model/jobs.js";
import { watchdogRow } from "../model/watchdogs.js";
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

/**
 * Has a thread's watchdog come when a transition wants it, unless there is one.
 *
 * @param looks - whether the one that is noted may be dead; a claim relies on the look when its step was enqueued.
 */
export async function armWatchdog(ctx: MutationCtx, thread: LoadedThread, looks: boolean): Promise<void> {
  const { jobs, parked, _id: threadId } = thread;
  if (parked) await cancelWatchdog(ctx, thread);
  else if ((jobs.watchdog && !looks) || !(await isDead(ctx, thread))) return;
  await forgetRow(ctx, threadId);
  thread.parked = undefined;
  jobs.watchdog = await scheduleWatch(ctx, threadId);
}

/**
 * Schedules a look at a thread. It receives the time at which it is due, so that it knows whether it is late.
 *
 * @param look.afterMs - in milliseconds from now. Default: after the usual interval.
 * @param look.failures - how many looks have failed before this one. Default: 0.
 */
const scheduleWatch = (
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { afterMs = WATCH_INTERVAL_MS, ...look }: { afterMs?: number; notes?: Notes; failures?: number } = {},
): Promise<Id<"_scheduled_functions">> =>
  ctx.scheduler.runAfter(afterMs, internal.watchdog.watch, {
    threadId,
    dueAt: Date.now() + afterMs,
    ...look,
  });

async function isDead(ctx: QueryCtx, thread: LoadedThread): Promise<boolean> {
  if (!(await jobIsDead(ctx, thread.jobs.watchdog))) return false;
  const row = await watchdogRow(ctx, thread._id);
  return !row || jobIsDead(ctx, row.job);
}

/** Unschedules a thread's watchdog. */
export async function cancelWatchdog(ctx: MutationCtx, thread: LoadedThread): Promise<void> {
  const { jobs } = thread;
  // The one that a transition armed has not come back as long as it waits.
  const isFirst = jobs.watchdog !== undefined && (await cancelJob(ctx, jobs.watchdog));
  if (!isFirst) await forgetRow(ctx, thread._id);
  jobs.watchdog = undefined;
}

/** Forgets the watchdog that has come back, and unschedules it. */
async function forgetRow(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const row = await watchdogRow(ctx, threadId);
  if (!row) return;
  await cancelJob(ctx, row.job);
  await ctx.db.delete("watchdogs", row._id);
}

/** Forgets the watchdog that runs, so that a transition arms another one. */
export async function leave(ctx: MutationCtx, thread: LoadedThread): Promise<void> {
  const row = await watchdogRow(ctx, thread._id);
  if (row) await ctx.db.delete("watchdogs", row._id);
  thread.jobs.watchdog = undefined;
  await writeWork(ctx, thread);
}

/** Lets a thread's watchdog come again, or, with null, go. */
export async function comeAgain(
  ctx: MutationCtx,
  thread: LoadedThread,
  next: NextLook | null,
  further: { failures?: number } = {},
): Promise<void> {
  const { notes = {}, afterMs, isParked } = next ?? {};
  if (thread.parked !== isParked) {
    thread.parked = isParked;
    thread.jobs.watchdog = undefined;
    await writeWork(ctx, thread);
  }
  const { _id: threadId } = thread;
  const row = await watchdogRow(ctx, threadId);
  if (!next || afterMs === Infinity) {
    if (row) await ctx.db.delete("watchdogs", row._id);
    return;
  }
  const job = await scheduleWatch(ctx, threadId, { afterMs, notes, ...further });
  if (row) await ctx.db.patch("watchdogs", row._id, { job });
  else await ctx.db.insert("watchdogs", { threadId, job });
}

/** Gives a thread its watchdog back, which left, or sleeps, while all that the thread waited for was people. */
export async function watchAgain(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const thread = await loadThread(ctx, threadId);
  if (!thread || runningState(thread.snapshot) === null || !thread.parked) return;
  await cancelWatchdog(ctx, thread);
  await comeAgain(ctx, thread, { notes: {} });
}
