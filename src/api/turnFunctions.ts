import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vContent, vSent } from "../../component/validators/message.js";
import { vWhileRunning } from "../../component/validators/thread.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that start and end the turns of a thread. */
export function turnFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, mutation, authorize, sentBefore, toSend } = api;
  return {
    /**
     * Sends a user's message: text, files, data parts, or several of these. Returns the message's id.
     *
     * @param whileRunning - what to do with it on a running thread: `"queue"` it for the next turn, `"steer"` the running turn
     * from its next step on, `"interrupt"` the running turn, or `"reject"` the message. Default: `"queue"`.
     * @param key - a key of the client's, 1 to 256 characters: the same key stores one message, however often it is sent.
     * @param metadata - what the app says of the message: at most 8 KiB. Default: nothing.
     * @throws thread_not_found, thread_running, too_many_waiting, empty_prompt, prompt_too_large, metadata_too_large, invalid_file, invalid_data_part, file_not_found, invalid_key,
     * stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    sendMessage: mutation({
      args: {
        ...vContent,
        threadId: v.string(),
        whileRunning: v.optional(vWhileRunning),
        key: v.optional(v.string()),
        metadata: vSent.metadata,
      },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        const existing = await sentBefore(ctx, target, message.key);
        if (existing !== null) return existing;
        const sent = await toSend(ctx, target, message);
        return ctx.runMutation(component.sending.send, sent);
      },
    }),

    /**
     * Withdraws a message that waits for its turn, or for the next step of the running one.
     *
     * @throws thread_not_found, message_not_found, message_not_waiting
     */
    withdrawMessage: mutation({
      args: { threadId: v.string(), messageId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId, messageId }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.sending.withdraw, { ...target, messageId });
      },
    }),

    /**
     * Resumes a settled thread from where it is. With a prompt, files or data, sends a further message first.
     *
     * @throws thread_not_found, thread_running, thread_empty, empty_prompt, prompt_too_large, metadata_too_large, invalid_file, invalid_data_part,
     * file_not_found,
     * stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    resumeThread: mutation({
      args: { threadId: v.string(), ...vContent, metadata: vSent.metadata },
      returns: v.null(),
      handler: async (ctx, { threadId, ...message }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        const sent = await toSend(ctx, target, message);
        return ctx.runMutation(component.lifecycle.resume, sent);
      },
    }),

    /**
     * Stops the running turn. Text that was shown is kept; tool calls without an outcome are cancelled. A settled thread stays
     * as it is.
     *
     * @throws thread_not_found
     */
    stopThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> =>
        ctx.runMutation(component.lifecycle.stop, await authorize(ctx, threadId)),
    }),
  };
}
