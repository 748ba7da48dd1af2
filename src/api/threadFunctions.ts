import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vMetadata, vThread, vTitle } from "../../component/validators/thread.js";
import type { ThreadDoc } from "../types.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that look at a thread, describe it and put it away. */
export function threadFunctions<V extends FunctionVisibility>({
  component,
  query,
  mutation,
  authorize,
}: ApiContext<V>) {
  return {
    /** A thread with its status, and with the machine's snapshot if `inspect` says so; null where there is none. */
    getThread: query({
      args: { threadId: v.string(), inspect: v.optional(v.boolean()) },
      returns: v.union(vThread, v.null()),
      handler: async (ctx, { threadId, inspect }): Promise<ThreadDoc | null> =>
        ctx.runQuery(component.threads.get, { ...(await authorize(ctx, threadId)), inspect }),
    }),

    /**
     * Changes a thread's title and metadata, where null removes, and whether it is archived. Lists leave archived
     * threads aside; the next turn takes a thread back.
     */
    updateThread: mutation({
      args: {
        threadId: v.string(),
        title: v.optional(v.union(vTitle, v.null())),
        metadata: v.optional(v.union(vMetadata, v.null())),
        archived: v.optional(v.boolean()),
      },
      returns: v.null(),
      handler: async (ctx, { threadId, ...change }): Promise<null> =>
        ctx.runMutation(component.threads.update, { ...(await authorize(ctx, threadId)), ...change }),
    }),

    /** Deletes a thread with all it owns. */
    deleteThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> =>
        ctx.runMutation(component.lifecycle.remove, await authorize(ctx, threadId)),
    }),
  };
}
