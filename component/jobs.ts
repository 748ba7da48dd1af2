import { createFunctionHandle, type FunctionHandle, type FunctionReference } from "convex/server";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";
import type { Job } from "./validators.js";

/** What an app's workpool takes: work to run, or work to give up. `createWorkpoolBridge` makes the function. */
type PoolRequest =
  { action: string; args: unknown; onComplete: string; context: unknown } | { cancel: string };
type EnqueueHandle = FunctionHandle<"mutation", PoolRequest, string | null>;

/** How a job is run, and who hears of its end if a workpool runs it. */
interface Work {
  /** The handle of the app's enqueue function; undefined: Convex's scheduler runs the job. */
  pool: string | undefined;
  onComplete: FunctionReference<"mutation", "internal">;
  context: unknown;
}

/** Has an action run, once at most. */
export async function enqueueAction(
  ctx: MutationCtx,
  action: string,
  args: Record<string, unknown>,
  { pool, onComplete, context }: Work,
): Promise<Job> {
  if (pool === undefined)
    return ctx.scheduler.runAfter(0, action as FunctionHandle<"action", Record<string, unknown>>, args);
  const request = { action, args, onComplete: await createFunctionHandle(onComplete), context };
  const workId = await ctx.runMutation(pool as EnqueueHandle, request);
  return { pool, workId: workId! };
}

/** Unschedules a job that has not begun. One that has begun is fenced off instead. */
export async function cancelJob(ctx: MutationCtx, job: Job | undefined): Promise<void> {
  if (job === undefined) return;
  if (typeof job === "object") {
    await ctx.runMutation(job.pool as EnqueueHandle, { cancel: job.workId });
    return;
  }
  const row = await ctx.db.system.get("_scheduled_functions", job);
  if (row?.state.kind === "pending") await ctx.scheduler.cancel(job);
}

/** When a job is due, in milliseconds since the epoch, or null when there is none, or a workpool decides. */
export async function dueTime(ctx: QueryCtx, job: Job | undefined): Promise<number | null> {
  const row =
    job === undefined || typeof job === "object"
      ? null
      : await ctx.db.system.get("_scheduled_functions", job);
  return row?.scheduledTime ?? null;
}

/**
 * Whether a job will do nothing more: it ended, however it ended, or its record is gone. A workpool says so
 * itself, when it happens.
 */
export async function jobIsDead(ctx: QueryCtx, job: Job | undefined): Promise<boolean> {
  if (typeof job === "object") return false;
  const row = job === undefined ? null : await ctx.db.system.get("_scheduled_functions", job);
  return row === null || (row.state.kind !== "pending" && row.state.kind !== "inProgress");
}
