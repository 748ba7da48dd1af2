import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import type { ApiContext } from "./apiContext.js";

/** The functions that start and end the turns of a thread. */
export function turnFunctions<V extends FunctionVisibility>({
  component,
  mutation,
  authorize,
  turnStart,
}: ApiContext<V>) {
  return {
    /** Sends a user's message. A running thread answers it in its next turn. */
    sendMessage: mutation({
      args: { threadId: v.string(), prompt: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId, prompt }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.send, { ...(await turnStart()), ...target, prompt });
      },
    }),

    /** Runs a settled thread again from where it is, with a further message if there is a prompt. */
    resumeThread: mutation({
      args: { threadId: v.string(), prompt: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { threadId, prompt }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.resume, { ...(await turnStart()), ...target, prompt });
      },
    }),

    /** Ends the running turn. What was shown is kept; tool calls without an outcome are cancelled. */
    stopThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> =>
        ctx.runMutation(component.lifecycle.stop, await authorize(ctx, threadId)),
    }),
  };
}
