import { paginationOptsValidator, type FunctionVisibility, type PaginationOptions } from "convex/server";
import { v, type ObjectType } from "convex/values";
import { vThreadStatus } from "../../component/validators/machine.js";
import { vFirstMessage, vContent } from "../../component/validators/message.js";
import {
  vMetadata,
  vThread,
  vThreadPage,
  vTitle,
  type Target,
  type ThreadPage,
} from "../../component/validators/thread.js";
import type { MutationCtx, QueryCtx, ThreadDoc, ThreadStatus } from "../types.js";
import type { ApiContext } from "./apiContext.js";

const vNewThread = {
  ...vContent,
  messages: v.optional(v.array(vFirstMessage)),
  key: v.optional(v.string()),
  title: v.optional(vTitle),
  metadata: v.optional(vMetadata),
};

const vFilter = { status: v.optional(vThreadStatus), archived: v.optional(v.boolean()) };

/** In place of the caller, for functions that other functions call. */
const vGivenOwner = { owner: v.optional(v.string()) };

/** The functions that are about nobody else's threads, whatever they are asked: for clients. */
export function ownFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { query, mutation, ownerOf } = api;
  const { create, list, paginate } = questions(api);
  return {
    /**
     * Creates a thread of the caller's, with `messages` that were said before, and with a prompt or files starts its first
     * turn. With the same `key` it is created once. Returns the thread's id.
     */
    createThread: mutation({
      args: vNewThread,
      returns: v.string(),
      handler: async (ctx, thread): Promise<string> => create(ctx, await ownerOf(ctx), thread),
    }),

    /**
     * The caller's threads, or all of them where the app has no `owner`, the most recently active first: 100 unless
     * told, 500 at most. Not covered by the authorizationCallback.
     */
    listThreads: query({
      args: { ...vFilter, limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, asked): Promise<ThreadDoc[]> => list(ctx, await ownerOf(ctx), asked),
    }),

    /** The same in pages, in the form that `usePaginatedQuery` takes. */
    paginateThreads: query({
      args: { ...vFilter, paginationOpts: paginationOptsValidator },
      returns: vThreadPage,
      handler: async (ctx, asked): Promise<ThreadPage> => paginate(ctx, await ownerOf(ctx), asked),
    }),
  };
}

/** The same for functions that other functions call, which may say whose threads they mean. */
export function givenOwnerFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { query, mutation, ownerOf } = api;
  const { create, list, paginate } = questions(api);
  return {
    /** Creates a thread of an owner, or else of nobody. Returns the thread's id. */
    createThread: mutation({
      args: { ...vNewThread, ...vGivenOwner },
      returns: v.string(),
      handler: async (ctx, { owner, ...thread }): Promise<string> =>
        create(ctx, owner ?? (await ownerOf(ctx)), thread),
    }),

    /** The threads of an owner, or else all of them, the most recently active first: 100 unless told, 500 at most. */
    listThreads: query({
      args: { ...vFilter, ...vGivenOwner, limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, { owner, ...asked }): Promise<ThreadDoc[]> =>
        list(ctx, owner ?? (await ownerOf(ctx)), asked),
    }),

    /** The same in pages. */
    paginateThreads: query({
      args: { ...vFilter, ...vGivenOwner, paginationOpts: paginationOptsValidator },
      returns: vThreadPage,
      handler: async (ctx, { owner, ...asked }): Promise<ThreadPage> =>
        paginate(ctx, owner ?? (await ownerOf(ctx)), asked),
    }),
  };
}

type Owner = Target["owner"];

type NewThread = ObjectType<typeof vNewThread>;

interface Filter {
  status?: ThreadStatus;
  archived?: boolean;
}

/** What the component is asked, with whose threads are meant. */
function questions<V extends FunctionVisibility>({ component, turnStart }: ApiContext<V>) {
  return {
    create: async (ctx: MutationCtx, owner: Owner, thread: NewThread): Promise<string> =>
      ctx.runMutation(component.lifecycle.create, { ...(await turnStart()), ...thread, owner }),

    list: async (ctx: QueryCtx, owner: Owner, asked: Filter & { limit?: number }): Promise<ThreadDoc[]> =>
      (await ctx.runQuery(component.threads.list, { ...asked, owner })).page,

    paginate: async (
      ctx: QueryCtx,
      owner: Owner,
      { paginationOpts, ...filter }: Filter & { paginationOpts: PaginationOptions },
    ): Promise<ThreadPage> => {
      const { numItems: limit, cursor, endCursor } = paginationOpts;
      return ctx.runQuery(component.threads.list, { ...filter, owner, limit, cursor, endCursor });
    },
  };
}
