import { paginationOptsValidator, type FunctionVisibility, type PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import { vThreadStatus } from "../../component/validators/machine.js";
import { vThread, vThreadPage as vComponentPage, type Target } from "../../component/validators/thread.js";
import type { QueryCtx, ThreadDoc, ThreadStatus } from "../types.js";
import { decodeCursor, encodeCursor } from "../values/cursor.js";
import { vForOwner } from "./createFunctions.js";
import type { ReaderContext } from "./readerContext.js";

const vFilter = { status: v.optional(vThreadStatus), archived: v.optional(v.boolean()) };

const vCallersFilter = { ...vFilter, allOwners: v.optional(v.boolean()) };

/** A page of threads in the form that Convex's `usePaginatedQuery` takes. */
const vThreadPage = v.object({
  ...vComponentPage.fields,
  continueCursor: v.string(),
  splitCursor: v.optional(v.string()),
});
type ThreadPage = Infer<typeof vThreadPage>;

/** The functions that list the caller's threads: for clients. */
export function listsForCaller<V extends FunctionVisibility>(reader: ReaderContext<V>) {
  const { query, listedOwner } = reader;
  const { list, paginate } = componentCalls(reader);
  return {
    /**
     * Lists the caller's threads, the most recently active first; all threads, where the app has no `owner` option. With the
     * `name` option, only threads of that name. The `authorizationCallback` is not called.
     *
     * @param status - only threads with this status. Default: any.
     * @param archived - archived threads in place of the others. Default: false.
     * @param allOwners - all users' threads, if the `inspectorCallback` lets the caller inspect them; otherwise the caller's own.
     * Default: false.
     * @param limit - how many at most. Default: 100; at most 500.
     * @throws invalid_limit
     */
    listThreads: query({
      args: { ...vCallersFilter, limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, { allOwners, ...args }): Promise<ThreadDoc[]> =>
        list(ctx, await listedOwner(ctx, allOwners), args),
    }),

    /**
     * Lists the same threads as `listThreads` in pages, for `usePaginatedQuery`.
     *
     * @throws invalid_limit, invalid_cursor
     */
    paginateThreads: query({
      args: { ...vCallersFilter, paginationOpts: paginationOptsValidator },
      returns: vThreadPage,
      handler: async (ctx, { allOwners, ...args }): Promise<ThreadPage> =>
        paginate(ctx, await listedOwner(ctx, allOwners), args),
    }),
  };
}

/** The same functions for other functions of the app, which may pass the user whose threads they mean. */
export function listsForOwner<V extends FunctionVisibility>(reader: ReaderContext<V>) {
  const { query, listedOwner } = reader;
  const { list, paginate } = componentCalls(reader);
  return {
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
        list(ctx, owner ?? (await listedOwner(ctx, false)), args),
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
        paginate(ctx, owner ?? (await listedOwner(ctx, false)), args),
    }),
  };
}

type Owner = Target["owner"];

interface Filter {
  status?: ThreadStatus;
  archived?: boolean;
}

/** Calls the component's functions in the name of an owner. */
function componentCalls<V extends FunctionVisibility>({ component, agentName }: ReaderContext<V>) {
  return {
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
