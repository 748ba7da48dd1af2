import { v } from "convex/values";
import type { Failure } from "../machines/failure.js";
import { pendingState } from "../machines/toolCall/states.js";
import { internal } from "./_generated/api.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatchToolCall } from "./dispatch/dispatchToolCall.js";
import { LATE_MS } from "./lib/limits.js";
import {
  callByKey,
  deleteUnusedFile,
  fitsIn,
  roundIsAwaited,
  type LoadedToolCall,
} from "./model/toolCalls.js";
import { vCallKey, vHandlerOutcome, type HandlerOutcome } from "./validators/thread.js";

const RESULT_TOO_LARGE: Failure = {
  code: "result_too_large",
  message: "The tool ran, but its result is larger than a document can hold (1 MiB with its arguments).",
};

/**
 * An executor asks whether its call is still wanted. From a yes on it may run the handler once, and the call's time counts.
 *
 * @returns false if it was cancelled, or belongs to a step that its thread does not wait for any more.
 */
export const begin = internalMutation({
  args: { call: vCallKey, epoch: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { call, epoch }) => {
    const row = await callByKey(ctx, call);
    if (row === null || pendingState(row.snapshot) !== "executing" || row.snapshot.context.epoch !== epoch)
      return false;
    if (!(await roundIsAwaited(ctx, row))) return false;
    const begun = { ...row, seenRunningAt: row.pool === undefined ? undefined : Date.now() };
    if (begun.seenRunningAt) await ctx.db.patch("toolCalls", row._id, { seenRunningAt: begun.seenRunningAt });
    await dispatchToolCall(ctx, begun, { type: "RUN_BEGAN", epoch });
    return true;
  },
});

/** Records the outcome of one run of a handler. A run that is not wanted any more changes nothing. */
export const settle = internalMutation({
  args: { call: vCallKey, epoch: v.number(), outcome: vHandlerOutcome },
  returns: v.null(),
  handler: async (ctx, { call, epoch, outcome }) => {
    const row = await callByKey(ctx, call);
    const isSettled = row !== null && (await settleWith(ctx, row, epoch, outcome));
    const file = "output" in outcome ? outcome.file : undefined;
    // A report that was done already is repeated: its file is in use, or gone.
    if (!isSettled && file) await deleteUnusedFile(ctx, file);
    return null;
  },
});

function settleWith(
  ctx: MutationCtx,
  row: LoadedToolCall,
  epoch: number,
  outcome: HandlerOutcome,
): Promise<boolean> {
  if ("unknown" in outcome) {
    const type = outcome.unknown === "died" ? "EXECUTOR_DIED" : "NOT_BEGUN";
    return dispatchToolCall(ctx, row, { type, epoch });
  }
  const answered = "error" in outcome ? outcome.error.message : (outcome.output as unknown);
  if (!fitsIn(row, answered))
    return dispatchToolCall(ctx, row, {
      type: "HANDLER_FAILED",
      epoch,
      retryable: false,
      error: RESULT_TOO_LARGE,
    });
  if ("error" in outcome) return dispatchToolCall(ctx, row, { type: "HANDLER_FAILED", epoch, ...outcome });
  // An async tool's callback does not bring the result.
  const writes = row.snapshot.context.kind === "sync" ? outcome : {};
  return dispatchToolCall(ctx, row, { type: "HANDLER_RETURNED", epoch }, writes);
}

/**
 * The time of a call is over. If this comes late, the deployment was busy or paused, and whoever was to answer may have been
 * held up as well: the call is given a little longer.
 */
export const deadlinePassed = internalMutation({
  args: { call: vCallKey, deadline: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, deadline }) => {
    const row = await callByKey(ctx, call);
    if (!row) return null;
    const isCurrent = row.snapshot.context.deadline === deadline && row.deadline !== undefined;
    if (isCurrent && Date.now() - row.deadline!.at > LATE_MS) {
      const job = await ctx.scheduler.runAfter(LATE_MS, internal.toolEvents.deadlinePassed, {
        call,
        deadline,
      });
      await ctx.db.patch("toolCalls", row._id, { deadline: { job, at: Date.now() + LATE_MS } });
      return null;
    }
    await dispatchToolCall(ctx, row, { type: "DEADLINE_PASSED", deadline }, { deadline: undefined });
    return null;
  },
});

/** A workpool is done with a run of a handler. If the run has not reported, it never will. */
export const jobEnded = internalMutation({
  args: { workId: v.string(), context: v.object({ call: vCallKey, epoch: v.number() }), result: v.any() },
  returns: v.null(),
  handler: async (ctx, { context: { call, epoch } }) => {
    const row = await callByKey(ctx, call);
    if (row) await dispatchToolCall(ctx, row, { type: "EXECUTOR_DIED", epoch });
    return null;
  },
});

/** The backoff of a tool whose handler threw is over. */
export const retryDue = internalMutation({
  args: { call: vCallKey, epoch: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, epoch }) => {
    const row = await callByKey(ctx, call);
    if (row && (await roundIsAwaited(ctx, row)))
      await dispatchToolCall(ctx, row, { type: "RETRY_DUE", epoch });
    return null;
  },
});
