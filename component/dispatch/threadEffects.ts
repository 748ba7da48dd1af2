import { STREAM_BACKOFF, backoffMs } from "../../machines/retry.js";
import type { ThreadEffect } from "../../machines/thread/effects.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import { internal } from "../_generated/api.js";
import type { MutationCtx } from "../_generated/server.js";
import { WATCH_INTERVAL_MS } from "../lib/limits.js";
import { insertMessage } from "../model/messages.js";
import { roundIsSettled } from "../model/toolCalls.js";
import { recordTurn } from "../model/turns.js";
import type { Dispatch } from "./dispatchThread.js";
import { copyHistory, truncate } from "./history.js";
import { cancelJob, enqueueAction } from "./jobs.js";
import { closeStream } from "./streams.js";
import { cancelToolCalls, insertToolCalls } from "./toolRounds.js";

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
  const { thread, app, writes } = run;
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
      const { streamHandle, pools } = app;
      const step = { threadId, ...effect.params };
      const onComplete = internal.timers.streamJobEnded;
      const work = { pool: pools.stream, onComplete, context: step };
      jobs.stream = await enqueueAction(ctx, streamHandle, step, work);
      return null;
    }
    case "armWatchdog":
      // One watchdog a thread: it looks at whatever the thread waits for when it fires, and arms itself again.
      jobs.watchdog ??= await ctx.scheduler.runAfter(WATCH_INTERVAL_MS, internal.watchdog.watch, {
        threadId,
      });
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
      await insertToolCalls(ctx, round, place, writes.requested ?? [], app.pools.tools);
      return (await roundIsSettled(ctx, round)) ? { type: "TOOLS_SETTLED", generation } : null;
    }
    case "retireStream":
      jobs.stream = undefined;
      await closeStream(ctx, threadId, false);
      return null;
    case "abortStream":
      await closeStream(ctx, threadId, effect.params.keep);
      return null;
    case "cancelTools":
      await cancelToolCalls(ctx, { threadId, ...effect.params });
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
      await recordTurn(ctx, threadId, effect.params);
      return null;
    case "truncate":
      return (await truncate(ctx, threadId, effect.params))
        ? { type: "TRUNCATED", revision: effect.params.revision }
        : null;
    case "copyHistory":
      return (await copyHistory(ctx, threadId, effect.params))
        ? { type: "COPIED", revision: effect.params.revision }
        : null;
    case "cancelTimers":
      for (const job of Object.values(jobs)) await cancelJob(ctx, job);
      thread.jobs = {};
      return null;
    case "purge":
      await ctx.scheduler.runAfter(0, internal.purge.run, { threadId });
      return null;
    case "dropThread":
      await ctx.db.delete("threads", threadId);
      return null;
  }
}
