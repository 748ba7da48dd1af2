import { v } from "convex/values";
import { preparingState, runningState } from "../machines/thread/states.js";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { dispatchToolCalls } from "./dispatch/dispatchToolCall.js";
import { examine, rescheduleWork } from "./dispatch/recovery.js";
import { cancelWatchdog, comeAgain, leave, vNotes, type NextLook } from "./dispatch/watchdogs.js";
import { plainMessage } from "./lib/errorText.js";
import { LATE_MS } from "./lib/limits.js";
import { loadThread } from "./model/threads.js";

/** Looks at a thread that fail in a row before its turn is given up. */
const MAX_FAILURES = 5;

/**
 * The watchdog of one thread: makes up for whatever died that the thread waits for, and comes back as long as something can die.
 * A look that fails is undone and tried again; after some tries it ends the turn.
 *
 * @param dueAt - when it was to run, in milliseconds since the epoch.
 * @param failures - how many looks have failed before this one.
 */
export const watch = internalMutation({
  args: {
    threadId: v.id("threads"),
    notes: v.optional(vNotes),
    dueAt: v.optional(v.number()),
    failures: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, notes, dueAt = Infinity, failures = 0 }) => {
    const isLate = Date.now() - dueAt > LATE_MS;
    try {
      await ctx.runMutation(internal.watchdog.look, { threadId, notes, isLate });
    } catch (error) {
      const thread = await loadThread(ctx, threadId);
      if (!thread) return null;
      if (failures + 1 < MAX_FAILURES) {
        await comeAgain(ctx, thread, { notes: notes ?? {} }, { failures: failures + 1 });
        return null;
      }
      const message = `The thread could not be recovered: ${plainMessage(error)}`;
      const event = { type: "GIVE_UP" as const, error: { code: "recovery_failed", message } };
      await dispatch(ctx, thread, event, { runningJob: "watchdog", schedulesNothing: true });
    }
    return null;
  },
});

/**
 * One look at a thread: does what a dead or overdue job should have done, and arms the watchdog again.
 *
 * @param isLate - the look comes late, so that others may be held up as well: silence is not yet death, and no time is over.
 * @param replaces - it comes in place of a watchdog that is held up.
 */
export const look = internalMutation({
  args: {
    threadId: v.id("threads"),
    notes: v.optional(vNotes),
    isLate: v.optional(v.boolean()),
    replaces: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, notes = {}, isLate = false, replaces = false }) => {
    const thread = await loadThread(ctx, threadId);
    if (!thread) return null;
    if (replaces) await cancelWatchdog(ctx, thread);
    await rescheduleWork(ctx, thread);
    const { event, calls = [], seenRunning = [], next } = await examine(ctx, thread, notes, isLate);
    for (const { _id } of seenRunning) await ctx.db.patch("toolCalls", _id, { seenRunningAt: Date.now() });
    if (!event && calls.length === 0) {
      await comeAgain(ctx, thread, next);
      return null;
    }
    await leave(ctx, thread);
    if (event) await dispatch(ctx, thread, event);
    await dispatchToolCalls(ctx, calls);
    await goOn(ctx, threadId, next);
    return null;
  },
});

/** Lets the watchdog come again, unless a transition has armed it or nothing is left that can die. */
async function goOn(ctx: MutationCtx, threadId: Id<"threads">, next: NextLook | null): Promise<void> {
  const thread = await loadThread(ctx, threadId);
  if (!thread || thread.jobs.watchdog) return;
  const isWaiting = runningState(thread.snapshot) ?? preparingState(thread.snapshot);
  if (isWaiting) await comeAgain(ctx, thread, next);
}
