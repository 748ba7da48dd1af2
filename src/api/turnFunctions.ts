import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vContent } from "../../component/validators/message.js";
import { vWhileRunning } from "../../component/validators/thread.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that start and end the turns of a thread. */
export function turnFunctions<V extends FunctionVisibility>({
  component,
  mutation,
  authorize,
  turnStart,
}: ApiContext<V>) {
  return {
    /**
     * Sends a user's message: text, files, or both. On a running thread `whileRunning` says what becomes of it: "queue"
     * for the next turn, unless told; "steer" for the next step of this one; "interrupt" ends this one; "reject" refuses
     * it. With the same `key` it is sent once. Returns the message's id.
     */
    sendMessage: mutation({
      args: {
        ...vContent,
        threadId: v.string(),
        whileRunning: v.optional(vWhileRunning),
        key: v.optional(v.string()),
      },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.sending.send, { ...(await turnStart()), ...target, ...message });
      },
    }),

    /** Takes back a message that waits for its turn, or for the next step of the running one. */
    withdrawMessage: mutation({
      args: { threadId: v.string(), messageId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId, ...which }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.sending.withdraw, { ...target, ...which });
      },
    }),

    /** Runs a settled thread again from where it is, with a further message if there is a prompt. */
    resumeThread: mutation({
      args: { threadId: v.string(), ...vContent },
      returns: v.null(),
      handler: async (ctx, { threadId, ...message }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.resume, { ...(await turnStart()), ...target, ...message });
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
