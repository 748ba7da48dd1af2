import { STREAM_BACKOFF, backoffMs } from "../machines/retry.js";
import type { ThreadEffect } from "../machines/effects.js";
import type { ThreadEvent } from "../machines/events.js";
import { internal } from "./_generated/api.js";
import type { MutationCtx } from "./_generated/server.js";
import type { LoadedThread } from "./dispatch.js";
import { copyHistory, truncate } from "./historyEdits.js";
import { cancelJob, enqueueAction } from "./jobs.js";
import { WATCH_INTERVAL_MS } from "./time.js";
import { moveBeforeStep } from "./steered.js";
import { closeStream } from "./streamRows.js";
import { roundIsSettled } from "./round.js";
import { cancelToolCalls, insertToolCalls } from "./toolCallRows.js";
import { recordTurn } from "./turnRows.js";
import { armTurnTimer } from "./turnTimer.js";
import type { RequestedToolCall } from "./validators.js";

/**
 * Does what a transition asks for, in the transaction that saves the snapshot.
 *
 * @param row - the thread as it will be written: job ids are noted on it.
 * @returns the event that follows at once, if the effect brings it about itself.
 */
export async function runEffect(
  ctx: MutationCtx,
  row: LoadedThread,
  effect: ThreadEffect,
  requested: RequestedToolCall[],
): Promise<ThreadEvent | null> {
  const threadId = row._id;
  switch (effect.type) {
    case "enqueueStream": {
      const { streamHandle, pools } = row.app;
      const step = { threadId, ...effect.params };
      const onComplete = internal.recovery.streamJobEnded;
      const work = { pool: pools.stream, onComplete, context: step };
      row.jobs.stream = await enqueueAction(ctx, streamHandle, step, work);
      return null;
    }
    case "armWatchdog":
      // One watchdog a thread: it looks at whatever the thread waits for when it fires, and arms itself again.
      row.jobs.watchdog ??= await ctx.scheduler.runAfter(WATCH_INTERVAL_MS, internal.recovery.watch, {
        threadId,
      });
      return null;
    case "scheduleRetry": {
      const { generation, ...waited } = effect.params;
      const delay = backoffMs(STREAM_BACKOFF, { ...waited, random: Math.random() });
      row.jobs.retry = await ctx.scheduler.runAfter(delay, internal.recovery.retryDue, {
        threadId,
        generation,
      });
      return null;
    }
    case "startTools":
      await insertToolCalls(ctx, row, requested);
      return (await roundIsSettled(ctx, { threadId, ...effect.params }))
        ? { type: "TOOLS_SETTLED", ...effect.params }
        : null;
    case "retireStream":
      row.jobs.stream = undefined;
      await closeStream(ctx, threadId, false);
      return null;
    case "abortStream":
      await closeStream(ctx, threadId, effect.params.keep);
      if (!effect.params.keep) await moveBeforeStep(ctx, row);
      return null;
    case "cancelTools":
      await cancelToolCalls(ctx, { threadId, ...effect.params });
      return null;
    case "armTurnTimer":
      await armTurnTimer(ctx, row, effect.params);
      return null;
    case "recordTurn":
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
      for (const job of Object.values(row.jobs)) await cancelJob(ctx, job);
      row.jobs = {};
      return null;
    case "purge":
      await ctx.scheduler.runAfter(0, internal.purge.run, { threadId });
      return null;
    case "dropThread":
      await ctx.db.delete("threads", threadId);
      return null;
  }
}
