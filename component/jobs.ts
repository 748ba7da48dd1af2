import type { FunctionHandle } from "convex/server";
import type { Id } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";

type Job = Id<"_scheduled_functions">;
type StreamArgs = { threadId: Id<"threads">; generation: number };

/** Schedules the app's stream handler for a generation of a thread. */
export function enqueueStream(ctx: MutationCtx, streamHandle: string, args: StreamArgs): Promise<Job> {
  return ctx.scheduler.runAfter(0, streamHandle as FunctionHandle<"action", StreamArgs>, args);
}

/** Unschedules a job that has not begun. One that has begun is fenced off instead. */
export async function cancelJob(ctx: MutationCtx, job: Job | undefined): Promise<void> {
  if (job === undefined) return;
  const row = await ctx.db.system.get("_scheduled_functions", job);
  if (row?.state.kind === "pending") await ctx.scheduler.cancel(job);
}

/** When a job is due, in milliseconds since the epoch, or null when there is none. */
export async function dueTime(ctx: QueryCtx, job: Job | undefined): Promise<number | null> {
  const row = job === undefined ? null : await ctx.db.system.get("_scheduled_functions", job);
  return row?.scheduledTime ?? null;
}

/** Whether a job will do nothing more: it ended, however it ended, or its record is gone. */
export async function jobIsDead(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  const row = job === undefined ? null : await ctx.db.system.get("_scheduled_functions", job);
  return row === null || (row.state.kind !== "pending" && row.state.kind !== "inProgress");
}
