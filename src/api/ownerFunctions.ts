import { paginationOptsValidator, type FunctionVisibility, type PaginationOptions } from "convex/server";
import { v, type Infer, type ObjectType } from "convex/values";
import { vThreadStatus } from "../../component/validators/machine.js";
import { vFirstMessage, vContent, vSent } from "../../component/validators/message.js";
import {
  vMetadata,
  vThread,
  vThreadPage as vComponentPage,
  vTitle,
  type Target,
} from "../../component/validators/thread.js";
import type { QueryCtx, ThreadDoc, ThreadStatus } from "../types.js";
import { decodeCursor, encodeCursor } from "../values/cursor.js";
import type { ApiContext } from "./apiContext.js";
import type { FileCheckCtx } from "./files.js";

const vNewThread = {
  ...vContent,
  messages: v.optional(v.array(vFirstMessage)),
  key: v.optional(v.string()),
  title: v.optional(vTitle),
  metadata: v.optional(vMetadata),
  messageMetadata: vSent.metadata,
};

const vFilter = { status: v.optional(vThreadStatus), archived: v.optional(v.boolean()) };

/** The user in whose name a function acts. Default: the caller. */
const vForOwner = { owner: v.optional(v.string()) };

/** A page of threads in the form that Convex's `usePaginatedQuery` takes. */
const vThreadPage = v.object({
  ...vComponentPage.fields,
  continueCursor: v.string(),
  splitCursor: v.optional(v.string()),
});
type ThreadPage = Infer<typeof vThreadPage>;

/** The functions that create and list the caller's threads: for clients. */
export function callerFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { query, mutation, ownerOf } = api;
  const { create, list, paginate } = componentCalls(api);
  return {
    /**
     * Creates a thread of the caller. With a prompt or files, starts its first turn. Returns the thread's id.
     *
     * @param messages - earlier messages of the conversation, oldest first: at most 500 and 8 MiB. Default: none.
     * @param key - a key of the client's, 1 to 256 characters: the same key creates one thread, however often it is sent. The
     * `authorizationCallback` is asked before a thread is returned that is there already.
     * @param messageMetadata - what the app says of the first message, as `metadata` does of the thread. Default: nothing.
     * @throws not_authenticated, empty_prompt, prompt_too_large, invalid_file, invalid_data_part, file_not_found, invalid_key, too_many_messages,
     * invalid_title, metadata_too_large, stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    createThread: mutation({
      args: vNewThread,
      returns: v.string(),
      handler: async (ctx, thread): Promise<string> => create(ctx, await ownerOf(ctx), thread),
    }),

    /**
     * Lists the caller's threads, the most recently active first; all threads, where the app has no `owner` option. With the
     * `name` option, only threads of that name. The `authorizationCallback` is not called.
     *
     * @param status - only threads with this status. Default: any.
     * @param archived - archived threads in place of the others. Default: false.
     * @param limit - how many at most. Default: 100; at most 500.
     * @throws invalid_limit
     */
    listThreads: query({
      args: { ...vFilter, limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, args): Promise<ThreadDoc[]> => list(ctx, await ownerOf(ctx), args),
    }),

    /**
     * Lists the same threads as `listThreads` in pages, for `usePaginatedQuery`.
     *
     * @throws invalid_limit, invalid_cursor
     */
    paginateThreads: query({
      args: { ...vFilter, paginationOpts: paginationOptsValidator },
      returns: vThreadPage,
      handler: async (ctx, args): Promise<ThreadPage> => paginate(ctx, await ownerOf(ctx), args),
    }),
  };
}

/** The same functions for other functions of the app, which may pass the user whose threads they mean. */
export function ownerFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { query, mutation, ownerOf } = api;
  const { create, list, paginate } = componentCalls(api);
  return {
    /**
     * Creates a thread of an owner. With a prompt or files, starts its first turn. Returns the thread's id.
     *
     * @param owner - the user whose thread it is. Default: the caller, or none where the app has no `owner` option.
     */
    createThread: mutation({
      args: { ...vNewThread, ...vForOwner },
      returns: v.string(),
      handler: async (ctx, { owner, ...thread }): Promise<string> =>
        create(ctx, owner ?? (await ownerOf(ctx)), thread),
    }),

    /**
     * Lists an owner's threads, the most recently active first.
     *
     * @param owner - the user whose threads. Default: the caller; all threads, where the app has no `owner` option.
     * @param limit - how many at most. Default: 100; at most 500.
     * @throws invalid_limit
     */
    listThreads: query({
      args: { ...vFilter, ...vForOwner, limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, { owner, ...args }): Promise<ThreadDoc[]> =>
        list(ctx, owner ?? (await ownerOf(ctx)), args),
    }),

    /**
     * Lists the same threads as `listThreads` in pages, for `usePaginatedQuery`.
     *
     * @throws invalid_limit, invalid_cursor
     */
    paginateThreads: query({
      args: { ...vFilter, ...vForOwner, paginationOpts: paginationOptsValidator },
      returns: vThreadPage,
      handler: async (ctx, { owner, ...args }): Promise<ThreadPage> =>
        paginate(ctx, owner ?? (await ownerOf(ctx)), args),
    }),
  };
}

type Owner = Target["owner"];

type NewThread = ObjectType<typeof vNewThread>;

interface Filter {
  status?: ThreadStatus;
  archived?: boolean;
}

/** Calls the component's functions in the name of an owner. */
function componentCalls<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, agentName, authorize, checkFiles, admit, turnStart } = api;
  return {
    create: async (ctx: FileCheckCtx, owner: Owner, thread: NewThread): Promise<string> => {
      const { key } = thread;
      const existing =
        key === undefined ? null : await ctx.runQuery(component.threads.byKey, { key, owner, agentName });
      if (existing !== null) return (await authorize(ctx, existing)).threadId;
      await checkFiles(ctx, thread, ...(thread.messages ?? []));
      const { prompt, files, data, messageMetadata: metadata } = thread;
      const startsTurn = (prompt ?? files ?? data) !== undefined;
      const sender = startsTurn ? await admit(ctx, { owner, prompt, files, data, metadata }) : undefined;
      const created = { ...(await turnStart()), ...thread, owner, agentName, sender };
      return ctx.runMutation(component.lifecycle.create, created);
    },

    list: async (ctx: QueryCtx, owner: Owner, args: Filter & { limit?: number }): Promise<ThreadDoc[]> =>
      (await ctx.runQuery(component.threads.list, { ...args, owner, agentName })).page,

    paginate: async (
      ctx: QueryCtx,
      owner: Owner,
      { paginationOpts, ...filter }: Filter & { paginationOpts: PaginationOptions },
    ): Promise<ThreadPage> => {
      const { numItems: limit, cursor, endCursor } = paginationOpts;
      const { continueCursor, splitCursor, ...page } = await ctx.runQuery(component.threads.list, {
        ...filter,
        owner,
        agentName,
        limit,
        cursor: cursor === null ? null : decodeCursor("threads", cursor),
        endCursor: endCursor == null ? null : decodeCursor("threads", endCursor),
      });
      return {
        ...page,
        continueCursor: encodeCursor("threads", continueCursor),
        ...(splitCursor && { splitCursor: encodeCursor("threads", splitCursor) }),
      };
    },
  };
}
