import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vStreamCursor, vStreamUpdate } from "../../component/validators/message.js";
import type { Target } from "../../component/validators/thread.js";
import type {
  ComponentApi,
  Cursor,
  MessageDoc,
  MessagesWithStreams,
  QueryCtx,
  StreamArgs,
} from "../types.js";
import { decodeCursor, encodeCursor } from "../values/cursor.js";
import type { ApiContext } from "./apiContext.js";
import { withFileUrls } from "./files.js";
import { changedToolPart, toMessageDocs, vMessageDoc } from "./messageDocs.js";

const vStreamArgs = v.union(
  v.object({ kind: v.literal("messages"), after: v.number(), whole: v.optional(v.boolean()) }),
  v.object({ kind: v.literal("deltas"), cursor: v.optional(vStreamCursor) }),
  v.object({ kind: v.literal("toolCall"), turn: v.number(), step: v.number(), index: v.number() }),
);

const vMessagesWithStreams = v.object({
  messages: v.optional(v.array(vMessageDoc)),
  cursor: v.optional(v.union(v.string(), v.null())),
  stream: v.optional(vStreamUpdate),
  toolCall: v.optional(v.record(v.string(), v.any())),
});

/** The functions that read a thread's messages. */
export function messageFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, query, authorize } = api;
  return {
    /**
     * Lists committed messages, oldest first. A page has about 4 MiB at most.
     *
     * @param limit - how many at most. Default: 100; at most 500.
     * @param before - the id of the message that follows the page. Default: the page has the newest messages.
     * @throws invalid_limit, message_not_found
     */
    listMessages: query({
      args: { threadId: v.string(), limit: v.optional(v.number()), before: v.optional(v.string()) },
      returns: v.array(vMessageDoc),
      handler: async (ctx, { threadId, ...page }): Promise<MessageDoc[]> => {
        const target = await authorize(ctx, threadId);
        const { messages = [] } = await readPage(ctx, component, { ...target, ...page });
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
        cursor: v.optional(v.string()),
        limit: v.optional(v.number()),
      },
      returns: vMessagesWithStreams,
      handler: async (ctx, { threadId, streamArgs, ...page }): Promise<MessagesWithStreams> => {
        const target = await authorize(ctx, threadId);
        return streamArgs
          ? readUpdate(ctx, component, target, streamArgs)
          : readPage(ctx, component, { ...target, ...page });
      },
    }),
  };
}

/** A page of a thread's committed messages. */
async function readPage(
  ctx: QueryCtx,
  component: ComponentApi,
  { cursor, ...page }: Target & { cursor?: Cursor; before?: string; limit?: number },
): Promise<MessagesWithStreams> {
  const end = cursor === undefined ? undefined : { ...decodeCursor("messages", cursor), callIndex: null };
  const {
    messages,
    toolCalls,
    cursor: next,
  } = await ctx.runQuery(component.messages.list, { ...page, cursor: end });
  return {
    messages: await withFileUrls(ctx, toMessageDocs(messages, toolCalls)),
    cursor: next && encodeCursor("messages", next),
  };
}

/** What is new for a client that follows a thread; an answer without fields says that nothing is. */
async function readUpdate(
  ctx: QueryCtx,
  component: ComponentApi,
  target: Target,
  streamArgs: StreamArgs,
): Promise<MessagesWithStreams> {
  switch (streamArgs.kind) {
    case "messages": {
      const { after, whole } = streamArgs;
      const { messages, toolCalls } = await ctx.runQuery(component.messages.tail, {
        ...target,
        after,
        whole,
      });
      if (messages.length === 0) return {};
      return { messages: await withFileUrls(ctx, toMessageDocs(messages, toolCalls)) };
    }
    case "deltas": {
      const { cursor } = streamArgs;
      const stream = await ctx.runQuery(component.streams.update, { ...target, cursor });
      return stream ? { stream } : {};
    }
    case "toolCall": {
      const { turn, step, index } = streamArgs;
      const call = await ctx.runQuery(component.messages.toolCall, { ...target, turn, step, index });
      const toolCall = call && changedToolPart(call);
      return toolCall ? { toolCall } : {};
    }
  }
}
