import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vContent, vSent } from "../../component/validators/message.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that change a thread's history. */
export function editFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, mutation, authorize, senderOf, checkFiles, admit, toSend, turnStart } = api;
  return {
    /**
     * Adds a message to a settled thread without starting a turn; the next turn sees it. Returns the message's id.
     *
     * @throws thread_not_found, thread_running, empty_prompt, prompt_too_large, metadata_too_large, invalid_file, invalid_data_part, file_not_found
     */
    addMessage: mutation({
      args: {
        threadId: v.string(),
        role: v.union(v.literal("user"), v.literal("assistant")),
        ...vContent,
        metadata: vSent.metadata,
      },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        await checkFiles(ctx, message);
        const sender = message.role === "user" ? await senderOf(ctx) : undefined;
        return ctx.runMutation(component.sending.add, { ...target, ...message, sender });
      },
    }),

    /**
     * Regenerates an answer: deletes it with all that followed it, and answers the user's message before it again.
     *
     * @param messageId - a message of the answer, or the user's message. Default: the last answer.
     * @throws thread_not_found, thread_running, message_not_found, messages_waiting, nothing_to_regenerate,
     * stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    regenerate: mutation({
      args: { threadId: v.string(), messageId: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { threadId, messageId }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        await admit(ctx, target);
        return ctx.runMutation(component.edits.regenerate, { ...(await turnStart()), ...target, messageId });
      },
    }),

    /**
     * Replaces a user's message and all that followed it, and answers the new message. Returns the new message's id.
     *
     * @throws thread_not_found, message_not_found, not_a_user_message, thread_running, empty_prompt, prompt_too_large,
     * metadata_too_large,
     * invalid_file, invalid_data_part, file_not_found, stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    editMessage: mutation({
      args: { threadId: v.string(), messageId: v.string(), ...vContent, metadata: vSent.metadata },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        const sent = await toSend(ctx, target, message);
        return ctx.runMutation(component.edits.edit, sent);
      },
    }),

    /**
     * Forks a thread: creates a new one with a copy of its history, title and metadata. Tool calls are copied with their
     * outcomes, and none runs again. Returns the new thread's id.
     *
     * @param messageId - the last message to copy. Default: the last one of the last turn.
     * @throws thread_not_found, message_not_found, stream_handler_not_found, workpool_bridge_not_found,
     * status_mutation_not_found
     */
    forkThread: mutation({
      args: { threadId: v.string(), messageId: v.optional(v.string()) },
      returns: v.string(),
      handler: async (ctx, { threadId, messageId }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.edits.fork, { ...(await turnStart()), ...target, messageId });
      },
    }),
  };
}
