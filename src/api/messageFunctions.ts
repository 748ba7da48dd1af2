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
import { withFileUrls } from "./files.js";
import { changedToolPart, toMessageDocs, vMessageDoc } from "./messageDocs.js";
import type { ReaderContext } from "./readerContext.js";

const vStreamArgs = v.union(
  v.object({ kind: v.literal("messages"), after: v.number(), whole: v.optional(v.boolean()) }),
  v.object({ kind: v.literal("deltas"), cursor: v.optional(vStreamCursor) }),
  v.object({ kind: v.literal("toolCall"), turn: v.number(), step: v.number(), index: v.number() }),
);

const vMessagesWithStreams = v.union(
  v.object({ messages: v.array(vMessageDoc), cursor: v.union(v.string(), v.null()) }),
  v.object({ messages: v.optional(v.array(vMessageDoc)) }),
  v.object({ stream: v.optional(vStreamUpdate) }),
  v.object({ toolCall: v.optional(v.record(v.string(), v.any())) }),
);

/** The functions that read a thread's messages. */
export function messageFunctions<V extends FunctionVisibility>({
  component,
  query,
  authorize,
}: ReaderContext<V>) {
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
        return (await readPage(ctx, component, { ...target, ...page })).messages;
      },
    }),

    /**
     * Lists committed messages or, with `streamArgs`, what is new, so that a client is sent nothing twice. The React hooks
     * and the chat transport call it. It returns:
     *
     * - without `streamArgs`: `{ messages, cursor }`, a page of committed messages, oldest first.
     * - for `{ kind: "messages", after }`: `{ messages }`, those committed since.
     * - for `{ kind: "deltas", cursor }`: `{ stream }`, what is new in the live stream.
     * - for `{ kind: "toolCall", turn, step, index }`: `{ toolCall }`, the changed fields of a tool call's part.
     * - `{}` if nothing is new.
     *
     * @param limit - how many messages a page has at most. Default: 100; at most 500.
     * @param cursor - the `cursor` of the page after it. Default: the page has the newest messages.
     * @throws invalid_limit, invalid_cursor
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

/** Reads a page of a thread's committed messages. */
async function readPage(
  ctx: QueryCtx,
  component: ComponentApi,
  { cursor, ...page }: Target & { cursor?: Cursor; before?: string; limit?: number },
) {
  const end = cursor === undefined ? undefined : { ...decodeCursor("messages", cursor), callIndex: null };
  const found = await ctx.runQuery(component.messages.list, { ...page, cursor: end });
  return {
    messages: await withFileUrls(ctx, toMessageDocs(found.messages, found.toolCalls)),
    cursor: found.cursor && encodeCursor("messages", found.cursor),
  };
}

/** Reads what is new for a client that follows a thread. */
async function readUpdate(
  ctx: QueryCtx,
  component: ComponentApi,
  target: Target,
  streamArgs: StreamArgs,
): Promise<MessagesWithStreams> {
  switch (streamArgs.kind) {
    case "messages": {
      const { after, whole } = streamArgs;
      const found = await ctx.runQuery(component.messages.tail, { ...target, after, whole });
      if (found.messages.length === 0) return {};
      return { messages: await withFileUrls(ctx, toMessageDocs(found.messages, found.toolCalls)) };
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
