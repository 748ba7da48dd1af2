import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";

/** Notes that a thread is under deletion. */
export async function beginDeletion(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  await ctx.db.insert("deletions", { threadId });
}

/** Removes the note of a thread that is deleted. */
export async function endDeletion(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const deletion = await findDeletion(ctx, threadId);
  if (deletion) await ctx.db.delete("deletions", deletion._id);
}

/** Whether a thread is under deletion. Unlike the thread's row, what this reads does not change with each transition. */
export const isUnderDeletion = async (ctx: QueryCtx, threadId: Id<"threads">): Promise<boolean> =>
  (await findDeletion(ctx, threadId)) !== null;

const findDeletion = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"deletions"> | null> =>
  ctx.db
    .query("deletions")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .unique();
