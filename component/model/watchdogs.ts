import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";

/** The row of a thread whose watchdog has come back. */
export const watchdogRow = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"watchdogs"> | null> =>
  ctx.db
    .query("watchdogs")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .unique();

/** The job of a thread's watchdog: the one that has come back, or else the one that a transition armed. */
export const watchdogJob = async (
  ctx: QueryCtx,
  { _id, jobs }: Pick<Doc<"threads">, "_id" | "jobs">,
): Promise<Id<"_scheduled_functions"> | undefined> => (await watchdogRow(ctx, _id))?.job ?? jobs.watchdog;
