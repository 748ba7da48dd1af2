import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { loadThread } from "./model/threads.js";

/** The wait after a failed attempt is over. */
export const retryDue = internalMutation({
  args: { threadId: v.id("threads"), generation: v.number() },
  returns: v.null(),
  handler: async (ctx, { threadId, generation }) => {
    const thread = await loadThread(ctx, threadId);
    if (thread) await dispatch(ctx, thread, { type: "RETRY_DUE", generation });
    return null;
  },
});

/** The time of a turn is over. */
export const turnTimeUp = internalMutation({
  args: {
    threadId: v.id("threads"),
    turn: v.number(),
    budget: v.union(v.literal("maxTurnMs"), v.literal("maxThreadMs")),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, turn, budget }) => {
    const thread = await loadThread(ctx, threadId);
    if (thread) await dispatch(ctx, thread, { type: "TIME_UP", turn, budget }, { runningJob: "turn" });
    return null;
  },
});

/** A workpool is done with a run of the stream handler. If the thread still waits for that run, it waits in vain. */
export const streamJobEnded = internalMutation({
  args: {
    workId: v.string(),
    context: v.object({ threadId: v.id("threads"), generation: v.number() }),
    result: v.any(),
  },
  returns: v.null(),
  handler: async (ctx, { context: { threadId, generation } }) => {
    const thread = await loadThread(ctx, threadId);
    if (!thread) return null;
    const { lease } = thread.snapshot.context;
    await dispatch(ctx, thread, { type: "LEASE_EXPIRED", generation, lease });
    return null;
  },
});
