import { v } from "convex/values";
import { query } from "./_generated/server.js";
import { checkLimit } from "./errors.js";
import { MAX_PAGE_ROWS } from "./limits.js";
import { deadline, findThread, publicThread } from "./threadRows.js";
import { vThread } from "./validators.js";

/** A thread, or null where there is none. */
export const get = query({
  args: { threadId: v.string() },
  returns: v.union(vThread, v.null()),
  handler: async (ctx, { threadId }) => {
    const thread = await findThread(ctx, threadId);
    const shown = thread && publicThread(thread);
    return shown && { ...shown, waitsUntil: await deadline(ctx, thread) };
  },
});

/**
 * The newest threads.
 *
 * @param limit - how many at most; 100 unless told, never more than 500.
 * @throws invalid_limit
 */
export const list = query({
  args: { limit: v.optional(v.number()) },
  returns: v.array(vThread),
  handler: async (ctx, { limit = 100 }) => {
    checkLimit(limit);
    const rows = await ctx.db
      .query("threads")
      .withIndex("by_listed", (q) => q.eq("listed", true))
      .order("desc")
      .take(Math.min(limit, MAX_PAGE_ROWS));
    return rows.map(publicThread).filter((thread) => thread !== null);
  },
});
