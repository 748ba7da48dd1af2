import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vThread } from "../../component/validators.js";
import type { ThreadDoc } from "../types.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that look at threads and put them away. */
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
      handler: async (ctx, { threadId, inspect }): Promise<ThreadDoc | null> => {
        await authorize(ctx, threadId);
        return ctx.runQuery(component.threads.get, { threadId, inspect });
      },
    }),

    /** The newest threads: 100 unless told, 500 at most. Not covered by the authorizationCallback. */
    listThreads: query({
      args: { limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, { limit }): Promise<ThreadDoc[]> =>
        ctx.runQuery(component.threads.list, { limit }),
    }),

    /** Deletes a thread with all it owns. */
    deleteThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> => {
        await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.remove, { threadId });
      },
    }),
  };
}
