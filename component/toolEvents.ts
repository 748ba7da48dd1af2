import { v } from "convex/values";
import { pendingState } from "../machines/toolCall/states.js";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { CallBatch } from "./dispatch/callBatch.js";
import { dispatchToolCall, finish } from "./dispatch/dispatchToolCall.js";
import { settleCalls } from "./dispatch/settleCalls.js";
import { LATE_MS } from "./lib/limits.js";
import { callByKey, roundIsAwaited } from "./model/toolCalls.js";
import { vCallKey, vCallOutcome, type CallKey } from "./validators/thread.js";

/**
 * An executor asks which of its calls are still wanted. From the answer on it may run their handlers once, and their time counts.
 * A call that only the end of its turn can make unwanted is not looked at by itself.
 *
 * @returns the index of each call that is wanted: none if the thread does not wait for their step any more.
 */
export const begin = internalMutation({
  args: {
    threadId: v.id("threads"),
    position: v.number(),
    generation: v.number(),
    calls: v.array(v.object({ index: v.number(), epoch: v.number(), asks: v.boolean() })),
  },
  returns: v.array(v.number()),
  handler: async (ctx, { threadId, position, generation, calls }) => {
    if (!(await roundIsAwaited(ctx, { threadId, generation }))) return [];
    const wanted: number[] = [];
    const batch = new CallBatch(ctx);
    for (const { index, epoch, asks } of calls)
      if (!asks || (await beginRun(batch, { threadId, position, index }, epoch))) wanted.push(index);
    await batch.write();
    return wanted;
  },
});

/** Notes that a call is run, where that is to be noted. Returns false if the run is not wanted any more. */
async function beginRun(batch: CallBatch, key: CallKey, epoch: number): Promise<boolean> {
  const call = await callByKey(batch.ctx, key);
  if (call === null || pendingState(call.snapshot) !== "executing" || call.snapshot.context.epoch !== epoch)
    return false;
  const begun = { ...call, seenRunningAt: call.pool === undefined ? undefined : Date.now() };
  if (begun.seenRunningAt) batch.note(begun);
  await batch.step(begun, { type: "RUN_BEGAN", epoch });
  return true;
}

/** Records what came of the runs of an executor. A run that is not wanted any more changes nothing. */
export const settle = internalMutation({
  args: { threadId: v.id("threads"), position: v.number(), outcomes: v.array(vCallOutcome) },
  returns: v.null(),
  handler: async (ctx, { outcomes, ...step }) => {
    const batch = new CallBatch(ctx);
    await settleCalls(batch, step, outcomes);
    await finish(batch);
    return null;
  },
});

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
