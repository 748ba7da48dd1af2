import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { cleanUpBatch, scheduleCleanup } from "./dispatch/cleaning.js";
import { loadThread, writeWork } from "./model/threads.js";

/** Cleans up a batch of what a thread's transitions have cut off, and comes back until nothing is left. */
export const run = internalMutation({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    const thread = await loadThread(ctx, threadId);
    if (!thread || thread.status === "deleting") return null;
    thread.jobs.cleanup = undefined;
    if (await cleanUpBatch(ctx, thread)) thread.untidy = undefined;
    else await scheduleCleanup(ctx, thread);
    await writeWork(ctx, thread);
    return null;
  },
});
