import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { continueEdit, copyBatch, truncateBatch } from "./dispatch/history.js";
import { loadThread, writeWork } from "./model/threads.js";

/**
 * The next batch of the edit of a history that is noted on the thread's row. The last one tells the thread. Each batch writes
 * that row, so that messages which are copied and messages which are sent meanwhile commit in the order of their creation times.
 *
 * @param revision - the edit's: an edit that was overtaken goes no further.
 */
export const next = internalMutation({
  args: { threadId: v.id("threads"), revision: v.number() },
  returns: v.null(),
  handler: async (ctx, { threadId, revision }) => {
    const thread = await loadThread(ctx, threadId);
    const edit = thread?.edit;
    if (!edit || thread.snapshot.context.revision !== revision || thread.status === "deleting") return null;
    const rest =
      "copy" in edit
        ? await copyBatch(ctx, threadId, edit.copy, edit.after)
        : await truncateBatch(ctx, thread, edit.truncation);
    if ("truncation" in edit) thread.removals = (thread.removals ?? 0) + 1;
    thread.jobs.edit = undefined;
    thread.edit = undefined;
    if (rest) await continueEdit(ctx, thread, rest);
    await writeWork(ctx, thread);
    const event = { type: "copy" in edit ? ("COPIED" as const) : ("TRUNCATED" as const), revision };
    if (!rest) await dispatch(ctx, thread, event);
    return null;
  },
});
