import type { QueryCtx } from "../_generated/server.js";
import { LATE_MS, LONGEST_RUN_MS } from "../lib/limits.js";
import type { Job } from "../validators/thread.js";

const recordOf = async (ctx: QueryCtx, job: Job | undefined) =>
  job === undefined || typeof job === "object" ? null : ctx.db.system.get("_scheduled_functions", job);

/** When a job is due, in milliseconds since the epoch, or null when there is none, or a workpool decides. */
export const dueTime = async (ctx: QueryCtx, job: Job | undefined): Promise<number | null> =>
  (await recordOf(ctx, job))?.scheduledTime ?? null;

/**
 * Whether a job will do nothing more: it has ended in one way or another, or its record is gone. A workpool reports that
 * itself, when it happens.
 */
export async function jobIsDead(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  if (typeof job === "object") return false;
  const kind = (await recordOf(ctx, job))?.state.kind;
  return kind !== "pending" && kind !== "inProgress";
}

/** Whether a job runs, as far as its record says. Not known of a workpool's. */
export const jobIsRunning = async (ctx: QueryCtx, job: Job | undefined): Promise<boolean> =>
  (await recordOf(ctx, job))?.state.kind === "inProgress";

/** Whether a job waits for a place to run in, although it is due. */
export async function jobWaitsForSlot(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  const record = await recordOf(ctx, job);
  return record?.state.kind === "pending" && record.scheduledTime < Date.now();
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
