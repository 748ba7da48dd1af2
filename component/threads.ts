import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, query } from "./_generated/server.js";
import { checkLimit } from "./lib/bounded.js";
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS } from "./lib/limits.js";
import { changeDetails, readDetails } from "./model/details.js";
import { END, isBeyond, placeInList, threadsAfter } from "./model/threadLists.js";
import {
  findThread,
  findVisible,
  getVisible,
  inspectedThread,
  publicThread,
  threadByKey,
  toLoadedThread,
} from "./model/threads.js";
import { vThreadStatus } from "./validators/machine.js";
import {
  vMetadata,
  vScope,
  vTarget,
  vThread,
  vThreadPage,
  vThreadPlace,
  vTitle,
} from "./validators/thread.js";

/**
 * A thread, or null where there is none.
 *
 * @param inspect - with the machine's snapshot, which changes more often than the rest. Default: false.
 */
export const get = query({
  args: { ...vTarget, inspect: v.optional(v.boolean()) },
  returns: v.union(vThread, v.null()),
  handler: async (ctx, { threadId, owner, agentName, inspect = false }) => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    return thread && (inspect ? inspectedThread(ctx, thread) : publicThread(ctx, thread));
  },
});

/** The thread that was created with a key in this scope, or null where there is none. */
export const byKey = query({
  args: { key: v.string(), ...vScope },
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, { key, owner, agentName }): Promise<string | null> =>
    owner === null ? null : threadByKey(ctx, { key, owner, agentName }),
});

/**
 * A page of threads, the most recently active first.
 *
 * @param owner - the user whose threads; null, a caller without an identity, has none. Default: all owners' threads.
 * @param agentName - only threads that were created with an agent of this name. Default: all threads.
 * @param archived - archived threads in place of the others. Default: false.
 * @param limit - how many at most. Default: 100; at most 500.
 * @param cursor - the page begins after this place. Default: at the beginning.
 * @param endCursor - the page ends with this place, however many threads there are up to it by now.
 * @throws invalid_limit
 */
export const list = query({
  args: {
    ...vScope,
    status: v.optional(vThreadStatus),
    archived: v.optional(v.boolean()),
    limit: v.optional(v.number()),
    cursor: v.optional(v.union(vThreadPlace, v.null())),
    endCursor: v.optional(v.union(vThreadPlace, v.null())),
  },
  returns: vThreadPage,
  handler: async (
    ctx,
    { owner, agentName, status, archived, limit = DEFAULT_PAGE_ROWS, cursor = null, endCursor = null },
  ) => {
    checkLimit(limit);
    const end = endCursor ?? END;
    if (owner === null) return { page: [], isDone: true, continueCursor: END };
    const most = endCursor === null ? Math.min(limit, MAX_PAGE_ROWS) : MAX_PAGE_ROWS;

    const rows: Doc<"threads">[] = [];
    let more = false;
    for await (const row of threadsAfter(ctx, { owner, agentName, status, archived }, cursor)) {
      if (isBeyond(placeInList(row), end)) break;
      more = rows.length === most;
      if (more) break;
      rows.push(row);
    }
    const page = await Promise.all(rows.map((row) => publicThread(ctx, toLoadedThread(row))));
    const isLast = !more && end.activeAt === END.activeAt;
    if (endCursor === null || !more)
      return { page, isDone: isLast, continueCursor: more ? placeInList(rows.at(-1)!) : end };
    const splitCursor = placeInList(rows[Math.floor(most / 2)]!);
    return {
      page,
      isDone: false,
      continueCursor: endCursor,
      splitCursor,
      pageStatus: "SplitRequired" as const,
    };
  },
});

/**
 * Changes a thread's title and metadata, where null removes, and whether it is archived.
 *
 * @param archived - lists leave an archived thread out; its next turn takes it out of the archive.
 * @throws thread_not_found, invalid_title, metadata_too_large
 */
export const update = mutation({
  args: {
    ...vTarget,
    title: v.optional(v.union(vTitle, v.null())),
    metadata: v.optional(v.union(vMetadata, v.null())),
    archived: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agentName, archived, ...change }) => {
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    await changeDetails(ctx, thread._id, change);
    if (archived !== undefined && archived !== (thread.archived ?? false))
      await ctx.db.patch("threads", thread._id, { archived: archived || undefined });
    return null;
  },
});

/** Gives a thread a title unless it has one by now. */
export const suggestTitle = mutation({
  args: { threadId: v.string(), title: vTitle },
  returns: v.null(),
  handler: async (ctx, { threadId, title }) => {
    const thread = await findThread(ctx, threadId);
    if (!thread || thread.status === "deleting") return null;
    if ((await readDetails(ctx, thread._id)).title === undefined)
      await changeDetails(ctx, thread._id, { title });
    return null;
  },
});
