import type { QueryCtx } from "../_generated/server.js";
import { LATE_MS, LONGEST_RUN_MS } from "../lib/limits.js";
import type { Job } from "../validators/thread.js";

const recordOf = async (ctx: QueryCtx, job: Job | undefined) =>
  job === undefined || typeof job === "object" ? null : ctx.db.system.get("_scheduled_functions", job);

/** When a job is due, in milliseconds since the epoch, or null when there is none, or a workpool decides. */
export const dueTime = async (ctx: QueryCtx, job: Job | undefined): Promise<number | null> =>
  (await recordOf(ctx, job))?.scheduledTime ?? null;

/** What a job's record says; a workpool's has none. A dead job has ended in one way or another, or its record is gone. */
export type JobState = "pooled" | "waits" | "runs" | "dead";

export async function jobState(ctx: QueryCtx, job: Job | undefined): Promise<JobState> {
  if (typeof job === "object") return "pooled";
  const kind = (await recordOf(ctx, job))?.state.kind;
  if (kind === "pending") return "waits";
  return kind === "inProgress" ? "runs" : "dead";
}

/** Whether a job will do nothing more. A workpool reports that itself, when it happens. */
export const jobIsDead = async (ctx: QueryCtx, job: Job | undefined): Promise<boolean> =>
  (await jobState(ctx, job)) === "dead";

/** Whether a job runs, as far as its record says. Not known of a workpool's. */
export const jobIsRunning = async (ctx: QueryCtx, job: Job | undefined): Promise<boolean> =>
  (await jobState(ctx, job)) === "runs";

/**
 * Whether a job waits for a place to run in, although it is due.
 *
 * @param forMs - for more than so many milliseconds. Default: 0.
 */
export async function jobWaitsForSlot(ctx: QueryCtx, job: Job | undefined, forMs = 0): Promise<boolean> {
  const record = await recordOf(ctx, job);
  return record?.state.kind === "pending" && record.scheduledTime < Date.now() - forMs;
}

/** Whether a scheduled mutation will do nothing more. None runs for so long as its record may say. */
export async function mutationIsDead(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  if (await jobIsDead(ctx, job)) return true;
  const record = await recordOf(ctx, job);
  return record?.state.kind === "inProgress" && record.scheduledTime < Date.now() - LONGEST_RUN_MS;
}

/** Whether a scheduled mutation is dead, or so late that what it is to do should be done without it. */
export async function mutationIsLost(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  if (await jobIsDead(ctx, job)) return true;
  const record = await recordOf(ctx, job);
  return record !== null && record.scheduledTime < Date.now() - LATE_MS;
}
