import { STREAM_BACKOFF, backoffMs } from "../../machines/retry.js";
import type { EndedTurn, ThreadEffect } from "../../machines/thread/effects.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import type { Failure } from "../../machines/failure.js";
import { runningState } from "../../machines/thread/states.js";
import { internal } from "../_generated/api.js";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { plainMessage } from "../lib/errorText.js";
import { beginDeletion, endDeletion } from "../model/deletions.js";
import { insertMessage, messageAt } from "../model/messages.js";
import { recordTurn } from "../model/turns.js";
import type { Dispatch } from "./dispatchThread.js";
import { continueEdit, copyBatch, truncateBatch } from "./history.js";
import { cancelJob, enqueueAction } from "./jobs.js";
import { closeStream, retireStream } from "./streams.js";
import { insertToolCalls } from "./toolRounds.js";
import { armWatchdog, cancelWatchdog } from "./watchdogs.js";

/**
 * Carries out an effect of a transition, in the transaction that saves the snapshot.
 *
 * @param run - the dispatch under way: what is scheduled is noted on its thread's row.
 * @returns the event that follows at once, if the effect brings it about itself.
 */
export async function runEffect(
  ctx: MutationCtx,
  run: Dispatch,
  effect: ThreadEffect,
): Promise<ThreadEvent | null> {
  const { thread, writes } = run;
  const { _id: threadId, jobs } = thread;
  switch (effect.type) {
    case "placeMessage": {
      if (!writes.message) return null;
      const { turn, step } = effect.params;
      // An answer that the app adds stands where the turn's first one would.
      const place = { turn, step: step === 0 && writes.message.role === "assistant" ? 1 : step };
      run.messageId = await insertMessage(ctx, threadId, place, writes.message);
      return null;
    }
    case "removeMessage":
      await ctx.db.delete("messages", writes.removed!);
      thread.removals = (thread.removals ?? 0) + 1;
      return null;
    case "enqueueStream": {
      const app = await run.app();
      const enqueuedAt = Date.now();
      thread.enqueuedAt = app.pools.stream === undefined ? enqueuedAt : undefined;
      const step = { threadId, ...effect.params };
      const work = { pool: app.pools.stream, onComplete: internal.timers.streamJobEnded, context: step };
      try {
        jobs.stream = await enqueueAction(ctx, app.streamHandle, { ...step, enqueuedAt }, work);
        return null;
      } catch (error) {
        jobs.stream = undefined;
        return { type: "ENQUEUE_FAILED", ...effect.params, error: enqueueFailure(app, error) };
      }
    }
    case "continueStream":
      run.continued = true;
      return null;
    case "armWatchdog":
      await armWatchdog(ctx, thread, effect.params.lease === null);
      return null;
    case "scheduleRetry": {
      const { generation, ...waited } = effect.params;
      const delay = backoffMs(STREAM_BACKOFF, { ...waited, random: Math.random() });
      jobs.retry = await ctx.scheduler.runAfter(delay, internal.timers.retryDue, { threadId, generation });
      return null;
    }
    case "startTools": {
      const { generation, ...place } = effect.params;
      const round = { threadId, generation };
      const pool = (await run.app()).pools.tools;
      // A workpool decides itself how much runs at a time.
      const handlerTakes = writes.handlerTakes === true && typeof jobs.stream === "string" && !pool;
      const requested = writes.requested ?? [];
      const { taken, isSettled } = await insertToolCalls(ctx, round, place, requested, {
        pool,
        handlerTakes,
      });
      if (taken.length === 0) jobs.stream = undefined;
      run.taken = taken;
      return isSettled ? { type: "TOOLS_SETTLED", generation } : null;
    }
    case "retireStream":
      if (runningState(thread.snapshot) !== "tools") jobs.stream = undefined;
      if (!(await retireStream(ctx, threadId))) thread.untidy = true;
      return null;
    case "abortStream":
      if (await closeStream(ctx, threadId, effect.params.keep ? "keep" : "drop")) thread.untidy = true;
      return null;
    case "cancelTools":
      if (runningState(run.before) === "tools") thread.untidy = true;
      return null;
    case "armTurnTimer": {
      const { turn, time } = effect.params;
      await cancelJob(ctx, jobs.turn);
      jobs.turn =
        time === null
          ? undefined
          : await ctx.scheduler.runAfter(time.ms, internal.timers.turnTimeUp, {
              threadId,
              turn,
              budget: time.budget,
            });
      return null;
    }
    case "recordTurn":
      run.ended = effect.params;
      await recordTurn(ctx, threadId, effect.params, await senderOfTurn(ctx, run, effect.params));
      return null;
    case "truncate": {
      const rest = await truncateBatch(ctx, thread, effect.params);
      if (!rest) return { type: "TRUNCATED", revision: effect.params.revision };
      await continueEdit(ctx, thread, rest);
      return null;
    }
    case "copyHistory": {
      const rest = await copyBatch(ctx, threadId, effect.params);
      if (!rest) return { type: "COPIED", revision: effect.params.revision };
      await continueEdit(ctx, thread, rest);
      return null;
    }
    case "cancelTimers": {
      await cancelWatchdog(ctx, thread);
      const { stream, retry, turn, ...work } = jobs;
      for (const job of [stream, retry, turn]) await cancelJob(ctx, job);
      thread.jobs = work;
      thread.parked = undefined;
      return null;
    }
    case "purge":
      await beginDeletion(ctx, threadId);
      jobs.purge = await ctx.scheduler.runAfter(0, internal.purge.run, { threadId });
      return null;
    case "dropThread":
      await endDeletion(ctx, threadId);
      await ctx.db.delete("threads", threadId);
      return null;
  }
}

/** Who sent the message that began a turn, where others than the thread's owner may send. */
async function senderOfTurn(
  ctx: MutationCtx,
  run: Dispatch,
  { turn }: EndedTurn,
): Promise<string | undefined> {
  if (!(await run.app()).sharesThreads) return undefined;
  return (await messageAt(ctx, run.thread._id, { turn, step: 0 }))?.sender;
}

/** Why the app's stream handler could not be scheduled: its function is gone, or the workpool refused it. */
function enqueueFailure({ streamName = "of this thread", pools }: Doc<"agents">, error: unknown): Failure {
  const reason = plainMessage(error);
  return pools.stream === undefined
    ? {
        code: "stream_handler_not_found",
        message: `The stream handler ${streamName} cannot be scheduled: ${reason}. Export it again, or send a message or resume the thread with an agent whose handler exists.`,
      }
    : {
        code: "workpool_failed",
        message: `The app's workpool did not take the stream handler ${streamName}: ${reason}`,
      };
}
