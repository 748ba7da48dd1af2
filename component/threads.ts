import { v } from "convex/values";
import { query } from "./_generated/server.js";
import { checkLimit } from "./errors.js";
import { MAX_PAGE_ROWS } from "./limits.js";
import { findThread, inspectedThread, publicThread } from "./threadRows.js";
import { vThread, type Thread } from "./validators.js";

/**
 * A thread, or null where there is none.
 *
 * @param inspect - with the machine's snapshot, which changes more often than what else there is to see of a thread.
 */
export const get = query({
  args: { threadId: v.string(), inspect: v.optional(v.boolean()) },
  returns: v.union(vThread, v.null()),
  handler: async (ctx, { threadId, inspect = false }) => {
    const thread = await findThread(ctx, threadId);
    return thread && (inspect ? inspectedThread(ctx, thread) : publicThread(thread));
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
    const threads: Thread[] = [];
    for await (const row of ctx.db.query("threads").order("desc")) {
      const thread = publicThread(row);
      if (thread) threads.push(thread);
      if (threads.length >= Math.min(limit, MAX_PAGE_ROWS)) break;
    }
    return threads;
  },
});
