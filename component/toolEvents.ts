import { v } from "convex/values";
import type { Failure } from "../machines/events.js";
import { awaitsTools } from "../machines/status.js";
import { threadSnapshot, toolCallSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { callByKey } from "./findToolCall.js";
import type { Round } from "./round.js";
import { cancelToolCalls, fitsIn, startBatch } from "./toolCallRows.js";
import { updateToolCall } from "./updateToolCall.js";
import { vCallKey, vHandlerOutcome, type HandlerOutcome } from "./validators.js";

const vRound = { threadId: v.id("threads"), generation: v.number() };

const RESULT_TOO_LARGE: Failure = {
  code: "result_too_large",
  message:
    "The tool ran, but what it answered is larger than a document can hold (1 MiB with its arguments).",
};

/** Records what came of one run of a handler. A run that is no longer wanted changes nothing. */
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
  row: Doc<"toolCalls">,
  epoch: number,
  outcome: HandlerOutcome,
): Promise<boolean> {
  const answered = "error" in outcome ? outcome.error.message : (outcome.output as unknown);
  if (!fitsIn(row, answered))
    return updateToolCall(ctx, row, {
      type: "HANDLER_FAILED",
      epoch,
      retryable: false,
      error: RESULT_TOO_LARGE,
    });
  if ("error" in outcome) return updateToolCall(ctx, row, { type: "HANDLER_FAILED", epoch, ...outcome });
  // An async tool's callback does not bring the result.
  const brings = toolCallSnapshot(row.snapshot).context.kind === "sync" ? outcome : {};
  return updateToolCall(ctx, row, { type: "HANDLER_RETURNED", epoch }, brings);
}

/**
 * The time of a call is over. The row's deadline is the job that runs here: it must not cancel itself, since what
 * a cancelled job schedules is cancelled with it.
 */
export const deadlinePassed = internalMutation({
  args: { call: vCallKey, deadline: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, deadline }) => {
    const row = await callByKey(ctx, call);
    if (!row) return null;
    await updateToolCall(ctx, { ...row, deadline: undefined }, { type: "DEADLINE_PASSED", deadline });
    return null;
  },
});

/** A workpool is done with a run of a handler. If the run has not reported, it never will. */
export const jobEnded = internalMutation({
  args: { workId: v.string(), context: v.object({ call: vCallKey, epoch: v.number() }), result: v.any() },
  returns: v.null(),
  handler: async (ctx, { context: { call, epoch } }) => {
    const row = await callByKey(ctx, call);
    if (row) await updateToolCall(ctx, row, { type: "EXECUTOR_DIED", epoch });
    return null;
  },
});

/** The backoff of a tool whose handler threw is over. */
export const retryDue = internalMutation({
  args: { call: vCallKey, epoch: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, epoch }) => {
    const row = await callByKey(ctx, call);
    if (row && (await isAwaited(ctx, row))) await updateToolCall(ctx, row, { type: "RETRY_DUE", epoch });
    return null;
  },
});

/** Starts the next batch of a step with very many calls. */
export const startMore = internalMutation({
  args: { ...vRound, after: v.number() },
  returns: v.null(),
  handler: async (ctx, { after, ...round }) => {
    if (await isAwaited(ctx, round)) await startBatch(ctx, round, after);
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

/** A stopped thread's calls are cancelled in batches: one whose batch is yet to come must not start before it. */
async function isAwaited(ctx: MutationCtx, { threadId, generation }: Round): Promise<boolean> {
  const thread = await ctx.db.get("threads", threadId);
  return thread !== null && awaitsTools(threadSnapshot(thread.snapshot), generation);
}
