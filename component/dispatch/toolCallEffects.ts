import { createFunctionHandle } from "convex/server";
import { TOOL_BACKOFF, backoffMs } from "../../machines/retry.js";
import type { ToolCallEffect } from "../../machines/toolCall/effects.js";
import type { ToolCallSnapshot } from "../../machines/snapshot.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { internal } from "../_generated/api.js";
import type { MutationCtx } from "../_generated/server.js";
import { plainMessage } from "../lib/errorText.js";
import { clearedData } from "../model/toolData.js";
import type { Job } from "../validators/thread.js";
import type { CallBatch, ToolCallInMemory } from "./callBatch.js";
import { mayShare, runOf } from "./callSharing.js";
import { cancelJob, enqueueAction } from "./jobs.js";

/** A call after a transition, and the state that it was in before. */
interface SteppedCall {
  call: ToolCallInMemory;
  before: ToolCallSnapshot;
}

/** Does what a transition asks for. Returns the event that follows at once, if there is one. */
export async function runToolCallEffect(
  batch: CallBatch,
  { call, before }: SteppedCall,
  effect: ToolCallEffect,
): Promise<ToolCallEvent | null> {
  const { ctx } = batch;
  const { threadId, position, index } = call;
  const key = { threadId, position, index };
  switch (effect.type) {
    case "executeTool":
      call.seenRunningAt = undefined;
      call.progress = undefined;
      call.data = clearedData(call.data);
      if (isShared(call)) {
        batch.share(call);
        return null;
      }
      try {
        call.job = await enqueueTool(ctx, call);
        return null;
      } catch (error) {
        call.job = undefined;
        const message = `The app's workpool did not take this tool call: ${plainMessage(error)}`;
        return {
          type: "ENQUEUE_FAILED",
          epoch: effect.params.epoch,
          error: { code: "workpool_failed", message },
        };
      }
    case "scheduleToolRetry": {
      const { epoch, attempt } = effect.params;
      const delay = backoffMs(call.options?.backoff ?? TOOL_BACKOFF, { attempt, random: Math.random() });
      call.job = await ctx.scheduler.runAfter(delay, internal.toolEvents.retryDue, { call: key, epoch });
      return null;
    }
    case "armDeadline": {
      const { ms, deadline } = effect.params;
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      if (ms === null) return null;
      const args = { call: key, deadline };
      const job = await ctx.scheduler.runAfter(ms, internal.toolEvents.deadlinePassed, args);
      call.deadline = { job, at: Date.now() + ms };
      return null;
    }
    case "cancelDeadline":
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      return null;
    case "cancelExecutor":
      // Others may be wanted still; this one is not, as their executor finds out.
      if (!isShared({ ...call, snapshot: before }) || !(await batch.isAwaited(call)))
        await batch.cancel(call.job);
      return null;
    case "startNext":
      if (effect.params.frees) await batch.startNext(call);
      return null;
    case "reportSettled":
      batch.settled = call;
      return null;
  }
}

/** Whether the present run of a call may share its executor with others. */
const isShared = (call: ToolCallInMemory): boolean => call.snapshot.context.epoch === 1 && mayShare(call);

/** Schedules one run of a tool's handler in an executor of its own. */
async function enqueueTool(ctx: MutationCtx, call: ToolCallInMemory): Promise<Job> {
  const { threadId, position, index, generation, pool } = call;
  const calls = [runOf(call, true)];
  return enqueueAction(
    ctx,
    await createFunctionHandle(internal.executor.run),
    { threadId, position, generation, calls },
    {
      pool,
      onComplete: internal.toolEvents.jobEnded,
      context: { call: { threadId, position, index }, epoch: call.snapshot.context.epoch },
    },
  );
}
