import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, mutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { takeBounded } from "./lib/bounded.js";
import { toLoadedThread } from "./model/threads.js";
import { vSettledStatus, type SettledStatus } from "./validators/machine.js";

/** Which threads are swept: settled ones whose last turn began before a time, in milliseconds since the epoch. */
const vSweep = {
  archiveBefore: v.optional(v.number()),
  deleteBefore: v.optional(v.number()),
  statuses: v.array(vSettledStatus),
};

interface Sweep {
  archiveBefore?: number;
  deleteBefore?: number;
  statuses: SettledStatus[];
}

/** Archives and deletes old threads. Batch follows batch until none is left; the next sweep catches up if one is lost. */
export const sweep = mutation({
  args: vSweep,
  returns: v.null(),
  handler: async (ctx, args) => {
    await sweepBatch(ctx, args);
    return null;
  },
});

/** The next batch of a sweep. */
export const sweepMore = internalMutation({
  args: vSweep,
  returns: v.null(),
  handler: async (ctx, args) => {
    await sweepBatch(ctx, args);
    return null;
  },
});

/** What is swept leaves the range that it was found in, so that the next batch begins where this one ended. */
async function sweepBatch(ctx: MutationCtx, args: Sweep): Promise<void> {
  const { rows, more } = await takeBounded(oldThreads(ctx, args));
  for (const { thread, isOver } of rows) {
    if (isOver) await dispatch(ctx, toLoadedThread(thread), { type: "DELETE" });
    else await ctx.db.patch("threads", thread._id, { archived: true });
  }
  if (more) await ctx.scheduler.runAfter(0, internal.retention.sweepMore, args);
}

/** The threads to sweep: those to delete, archived ones among them, then those to archive. */
async function* oldThreads(ctx: MutationCtx, { archiveBefore = 0, deleteBefore = 0, statuses }: Sweep) {
  for (const status of statuses) {
    for (const archived of [true, undefined] as const)
      for await (const thread of threadsBetween(ctx, { status, archived }, 0, deleteBefore))
        yield { thread, isOver: true };
    for await (const thread of threadsBetween(ctx, { status }, deleteBefore, archiveBefore))
      yield { thread, isOver: false };
  }
}

/** Threads whose last turn began at one time or later, and before another. */
async function* threadsBetween(
  ctx: MutationCtx,
  { status, archived }: Pick<Doc<"threads">, "status" | "archived">,
  from: number,
  to: number,
): AsyncGenerator<Doc<"threads">> {
  if (from >= to) return;
  yield* ctx.db
    .query("threads")
    .withIndex("by_status", (q) =>
      q.eq("archived", archived).eq("status", status).gte("activeAt", from).lt("activeAt", to),
    );
}
