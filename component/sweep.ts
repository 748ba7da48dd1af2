import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { internalMutation, internalQuery, type QueryCtx } from "./_generated/server.js";
import { plainMessage } from "./lib/errorText.js";
import { mutationIsDead, mutationIsLost } from "./model/jobs.js";
import { watchdogJob } from "./model/watchdogs.js";

/** Threads that are looked at in one sweep, the ones that have been active least lately first, and that are recovered. */
const MAX_LOOKED_AT = 1_000;
const MAX_RECOVERED = 20;

/**
 * Recovers threads that nobody watches, whose watchdog is held up, or whose work in batches has died. The component's cron runs
 * it. It writes nothing when there is nothing to do.
 */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    // The list is read from a stale snapshot: otherwise every thread that runs would conflict with the sweep.
    const neglected = await ctx.runQuery(internal.sweep.neglected, {}, { useStaleSnapshot: true });
    for (const threadId of neglected) {
      try {
        await ctx.runMutation(internal.watchdog.look, { threadId, isLate: true, replaces: true });
      } catch (error) {
        // eslint-disable-next-line no-console -- the next sweep tries again; the log shows what is wrong
        console.error(`Thread ${threadId} could not be recovered: ${plainMessage(error)}`);
      }
    }
    return null;
  },
});

/** The threads to recover. */
export const neglected = internalQuery({
  args: {},
  returns: v.array(v.id("threads")),
  handler: async (ctx): Promise<Id<"threads">[]> => {
    const found: Id<"threads">[] = [];
    let looked = 0;
    for await (const thread of unsettled(ctx)) {
      looked += 1;
      if (await isNeglected(ctx, thread)) found.push(thread._id);
      if (looked >= MAX_LOOKED_AT || found.length >= MAX_RECOVERED) break;
    }
    return [...new Set(found)];
  },
});

/** The threads that wait for something other than their user. */
async function* unsettled(ctx: QueryCtx): AsyncGenerator<Doc<"threads">> {
  const threads = () => ctx.db.query("threads");
  yield* threads().withIndex("by_untidy", (q) => q.eq("untidy", true));
  for (const status of ["deleting", "streaming", "awaiting_tool_results"] as const)
    for (const archived of [undefined, true] as const)
      yield* threads().withIndex("by_status", (q) => q.eq("archived", archived).eq("status", status));
}

/** Whether what should look after a thread is dead or held up. */
async function isNeglected(ctx: QueryCtx, thread: Doc<"threads">): Promise<boolean> {
  const { status, jobs, untidy, edit, parked } = thread;
  if (status === "deleting") return mutationIsDead(ctx, jobs.purge);
  if (untidy && (await mutationIsDead(ctx, jobs.cleanup))) return true;
  if (status !== "streaming" && status !== "awaiting_tool_results") return false;
  if (edit && (await mutationIsDead(ctx, jobs.edit))) return true;
  const watchdog = await watchdogJob(ctx, thread);
  return parked && watchdog === undefined ? false : mutationIsLost(ctx, watchdog);
}
