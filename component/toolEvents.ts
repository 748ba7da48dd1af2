import { v } from "convex/values";
import type { Failure } from "../machines/failure.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatchToolCall } from "./dispatch/dispatchToolCall.js";
import { cancelToolCalls, startBatch } from "./dispatch/toolRounds.js";
import { callByKey, fitsIn, roundIsAwaited, type LoadedToolCall } from "./model/toolCalls.js";
import { vCallKey, vHandlerOutcome, type HandlerOutcome } from "./validators/thread.js";

const vRound = { threadId: v.id("threads"), generation: v.number() };

const RESULT_TOO_LARGE: Failure = {
  code: "result_too_large",
  message: "The tool ran, but its result is larger than a document can hold (1 MiB with its arguments).",
};

/** Records the outcome of one run of a handler. A run that is not wanted any more changes nothing. */
export const settle = internalMutation({
  args: { call: vCallKey, epoch: v.number(), outcome: vHandlerOutcome },
  returns: v.null(),
  handler: async (ctx, { call, epoch, outcome }) => {
    const row = await callByKey(ctx, call);
    const settled = row && (await settleWith(ctx, row, epoch, outcome));
    if (!settled && "file" in outcome && outcome.file) await ctx.storage.delete(outcome.file);
    return null;
  },
});

function settleWith(
  ctx: MutationCtx,
  row: LoadedToolCall,
  epoch: number,
  outcome: HandlerOutcome,
): Promise<boolean> {
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

/** The time of a call is over. */
export const deadlinePassed = internalMutation({
  args: { call: vCallKey, deadline: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, deadline }) => {
    const row = await callByKey(ctx, call);
    if (row) await dispatchToolCall(ctx, row, { type: "DEADLINE_PASSED", deadline }, { deadline: undefined });
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

/** Starts the next batch of a step with very many calls. */
export const startMore = internalMutation({
  args: { ...vRound, after: v.number() },
  returns: v.null(),
  handler: async (ctx, { after, ...round }) => {
    if (await roundIsAwaited(ctx, round)) await startBatch(ctx, round, after);
    return null;
  },
});

/** Cancels the next batch of a step with very many calls. */
export const cancelMore = internalMutation({
  args: vRound,
  returns: v.null(),
  handler: async (ctx, round) => {
    await cancelToolCalls(ctx, round);
    return null;
  },
});
