import { v } from "convex/values";
import type { ClockBudget } from "../machines/events.js";
import { internal } from "./_generated/api.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatch, type LoadedThread } from "./dispatch.js";
import { cancelJob } from "./jobs.js";

/** Sets the time at which a turn is over, in place of the one before it; null: it has none. The row notes the job. */
export async function armTurnTimer(
  ctx: MutationCtx,
  { _id: threadId, jobs }: LoadedThread,
  { turn, time }: { turn: number; time: { ms: number; budget: ClockBudget } | null },
): Promise<void> {
  await cancelJob(ctx, jobs.turn);
  jobs.turn =
    time === null
      ? undefined
      : await ctx.scheduler.runAfter(time.ms, internal.turnTimer.timeUp, {
          ...{ threadId, turn, budget: time.budget },
        });
}

/**
 * The time of a turn is over. The row's timer is the job that runs here: it must not cancel itself, since what a
 * cancelled job schedules is cancelled with it.
 */
export const timeUp = internalMutation({
  args: {
    threadId: v.id("threads"),
    turn: v.number(),
    budget: v.union(v.literal("maxTurnMs"), v.literal("maxThreadMs")),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, turn, budget }) => {
    const thread = await ctx.db.get("threads", threadId);
    if (thread?.snapshot.context.turn !== turn) return null;
    const { turn: _, ...jobs } = thread.jobs;
    await dispatch(ctx, { ...thread, jobs }, { type: "TIME_UP", turn, budget });
    return null;
  },
});
