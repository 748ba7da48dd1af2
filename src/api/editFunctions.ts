import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vContent } from "../../component/validators/message.js";
import type { ApiContext } from "./apiContext.js";

/** The functions that change what was said. */
export function editFunctions<V extends FunctionVisibility>({
  component,
  mutation,
  authorize,
  turnStart,
}: ApiContext<V>) {
  return {
    /** Adds a message to a settled thread. Nothing answers it now; the next turn sees it. Returns the message's id. */
    addMessage: mutation({
      args: { threadId: v.string(), role: v.union(v.literal("user"), v.literal("assistant")), ...vContent },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.sending.add, { ...target, ...message });
      },
    }),

    /**
     * Drops an answer, with all that followed it, and has the user's message before it answered anew: the last answer,
     * or the one that `messageId` is of.
     */
    regenerate: mutation({
      args: { threadId: v.string(), messageId: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { threadId, ...which }): Promise<null> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.edits.regenerate, { ...(await turnStart()), ...target, ...which });
      },
    }),

    /**
     * Puts another message in the place of a user's message and of all that followed it, and has it answered. Returns
     * the new message's id.
     */
    editMessage: mutation({
      args: { threadId: v.string(), messageId: v.string(), ...vContent },
      returns: v.string(),
      handler: async (ctx, { threadId, ...message }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.edits.edit, { ...(await turnStart()), ...target, ...message });
      },
    }),

    /**
     * Begins a new thread with a copy of what was said, up to and with a message, or all of it. Tool outcomes are copied;
     * no tool is run again. Returns the new thread's id.
     */
    forkThread: mutation({
      args: { threadId: v.string(), atMessageId: v.optional(v.string()) },
      returns: v.string(),
      handler: async (ctx, { threadId, atMessageId: messageId }): Promise<string> => {
        const target = await authorize(ctx, threadId);
        return ctx.runMutation(component.edits.fork, { ...(await turnStart()), ...target, messageId });
      },
    }),
  };
}
