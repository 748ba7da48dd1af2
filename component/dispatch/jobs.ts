import { createFunctionHandle, type FunctionHandle, type FunctionReference } from "convex/server";
import type { MutationCtx } from "../_generated/server.js";
import type { Job } from "../validators/thread.js";

/** What an app's workpool takes: work to run, or work to cancel. `createWorkpoolBridge` makes the function. */
type PoolRequest =
  { action: string; args: unknown; onComplete: string; context: unknown } | { cancel: string };
type EnqueueHandle = FunctionHandle<"mutation", PoolRequest, string | null>;

/** How a job is run, and which function is called when it ends, if a workpool runs it. */
interface Work {
  /** The handle of the app's enqueue function; undefined: Convex's scheduler runs the job. */
  pool: string | undefined;
  onComplete: FunctionReference<"mutation", "internal">;
  context: unknown;
}

/**
 * Schedules an action, which runs once at most.
 *
 * @throws Error if the action's function, or the pool's, is gone, or if the pool refuses it.
 */
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
  if (typeof workId !== "string") throw new Error("it returned no id of the work");
  return { pool, workId };
}

/**
 * Cancels a job that has not begun. One that has begun is fenced off instead.
 *
 * @returns whether it was cancelled, as far as the scheduler knows.
 */
export async function cancelJob(ctx: MutationCtx, job: Job | undefined): Promise<boolean> {
  if (job === undefined) return false;
  if (typeof job === "object") {
    try {
      await ctx.runMutation(job.pool as EnqueueHandle, { cancel: job.workId });
    } catch {
      // The app's bridge is gone or fails. What it would have cancelled finds itself fenced off.
    }
    return false;
  }
  const row = await ctx.db.system.get("_scheduled_functions", job);
  if (row?.state.kind !== "pending") return false;
  await ctx.scheduler.cancel(job);
  return true;
}
