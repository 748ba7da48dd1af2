import type { QueryCtx } from "../_generated/server.js";
import type { Job } from "../validators/thread.js";

/** When a job is due, in milliseconds since the epoch, or null when there is none, or a workpool decides. */
export async function dueTime(ctx: QueryCtx, job: Job | undefined): Promise<number | null> {
  const row =
    job === undefined || typeof job === "object"
      ? null
      : await ctx.db.system.get("_scheduled_functions", job);
  return row?.scheduledTime ?? null;
}

/**
 * Whether a job will do nothing more: it has ended in one way or another, or its record is gone. A workpool reports that
 * itself, when it happens.
 */
export async function jobIsDead(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  if (typeof job === "object") return false;
  const row = job === undefined ? null : await ctx.db.system.get("_scheduled_functions", job);
  return row === null || (row.state.kind !== "pending" && row.state.kind !== "inProgress");
}
