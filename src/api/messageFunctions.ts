import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vCursor, vStreamCursor, vStreamUpdate } from "../../component/validators/message.js";
import { vMessageDoc } from "./messageDocs.js";
import { askFollowing, askPage } from "./reading.js";
import type { MessageDoc, MessagesWithStreams } from "../types.js";
import type { ApiContext } from "./apiContext.js";

const vStreamArgs = v.union(
  v.object({ kind: v.literal("messages"), after: v.number(), whole: v.optional(v.boolean()) }),
  v.object({ kind: v.literal("deltas"), cursor: v.optional(vStreamCursor) }),
  v.object({ kind: v.literal("toolCall"), turn: v.number(), step: v.number(), index: v.number() }),
);

const vMessagesWithStreams = v.object({
  messages: v.optional(v.array(vMessageDoc)),
  cursor: v.optional(v.union(vCursor, v.null())),
  stream: v.optional(vStreamUpdate),
  toolCall: v.optional(v.record(v.string(), v.any())),
});

/** The functions that read a thread's messages. */
export function messageFunctions<V extends FunctionVisibility>({
  component,
  query,
  authorize,
}: ApiContext<V>) {
  return {
    /**
     * Committed messages, oldest first: the newest 100 unless told, 500 at most, and at most about 4 MiB. With `before`,
     * the id of a message, those that come before it.
     */
    listMessages: query({
      args: { threadId: v.string(), limit: v.optional(v.number()), before: v.optional(v.string()) },
      returns: v.array(vMessageDoc),
      handler: async (ctx, { threadId, ...page }): Promise<MessageDoc[]> => {
        const target = await authorize(ctx, threadId);
        const { messages = [] } = await askPage(ctx, component, { ...target, ...page });
        return messages;
      },
    }),

    /**
     * Four questions, so that a client is sent nothing twice: without `streamArgs` a page of committed messages; with
     * `{ kind: "messages", after }` those committed since; with `{ kind: "deltas", cursor }` what is new in the live
     * stream; with `{ kind: "toolCall", turn, step, index }` how a tool call stands. Nothing new is `{}`.
     */
    listMessagesWithStreams: query({
      args: {
        threadId: v.string(),
        streamArgs: v.optional(vStreamArgs),
        cursor: v.optional(vCursor),
        limit: v.optional(v.number()),
      },
      returns: vMessagesWithStreams,
      handler: async (ctx, { threadId, streamArgs, ...page }): Promise<MessagesWithStreams> => {
        const target = await authorize(ctx, threadId);
        return streamArgs
          ? askFollowing(ctx, component, target, streamArgs)
          : askPage(ctx, component, { ...target, ...page });
      },
    }),
  };
}
