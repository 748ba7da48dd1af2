import { v, type Infer } from "convex/values";
import { runningState } from "../../machines/thread/states.js";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { WATCH_INTERVAL_MS } from "../lib/limits.js";
import { loadThread, type LoadedThread } from "../model/threads.js";

/** A generation whose handler had written nothing when the watchdog looked, and since when. */
export const vSilent = v.object({ generation: v.number(), since: v.number() });

/** Schedules a thread's watchdog with what it noted, or, with null, lets it go. */
export async function setWatchdog(
  ctx: MutationCtx,
  { _id, jobs }: LoadedThread,
  next: { threadId: Id<"threads">; after?: number; silent?: Infer<typeof vSilent> } | null,
): Promise<void> {
  const watchdog = next
    ? await ctx.scheduler.runAfter(WATCH_INTERVAL_MS, internal.watchdog.watch, next)
    : undefined;
  await ctx.db.patch("threads", _id, { jobs: { ...jobs, watchdog } });
}

/** Gives a thread its watchdog back, which left while all that the thread waited for was people. */
export async function watchAgain(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const thread = await loadThread(ctx, threadId);
  if (thread && runningState(thread.snapshot) !== null && !thread.jobs.watchdog)
    await setWatchdog(ctx, thread, { threadId });
}
