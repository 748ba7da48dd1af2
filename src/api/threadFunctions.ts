import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vMetadata, vTitle } from "../../component/validators/thread.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that update and delete a thread. */
export function threadFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, mutation, authorize } = api;
  return {
    /**
     * Updates a thread's title and metadata, and whether it is archived.
     *
     * @param title - at most 200 characters; null removes it. Default: unchanged.
     * @param metadata - an object of at most 8 KiB, nested ten levels deep at most; null removes it. Default: unchanged.
     * @param archived - lists leave an archived thread out; its next turn takes it out of the archive. Default: unchanged.
     * @throws thread_not_found, invalid_title, metadata_too_large
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

    /**
     * Deletes a thread with its messages, tool calls and files. Readers do not see it any more; its rows go in batches.
     *
     * @throws thread_not_found
     */
    deleteThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> =>
        ctx.runMutation(component.lifecycle.remove, await authorize(ctx, threadId)),
    }),
  };
}
