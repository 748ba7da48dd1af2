import { v } from "convex/values";
import { vStatusChange } from "convex-durable-agents";
import { api } from "./_generated/api";
import { internalMutation, query, type MutationCtx, type QueryCtx } from "./_generated/server";

/** At most as many failures of a thread are shown, the newest ones. */
const SHOWN = 100;

const failuresOf = (ctx: QueryCtx, threadId: string) =>
  ctx.db.query("failures").withIndex("by_thread", (q) => q.eq("threadId", threadId));

/** The agent's `onStatusChange`: notes why a turn failed, in the transaction in which it fails. */
export const noteFailure = internalMutation({
  args: vStatusChange,
  returns: v.null(),
  handler: async (ctx, { threadId, turn, to, error }) => {
    if (to !== "failed" || !error) return null;
    await ctx.db.insert("failures", { threadId, turn, code: error.code, message: error.message });
    return null;
  },
});

/** Why turns of a thread failed. */
export const list = query({
  args: { threadId: v.string() },
  returns: v.array(v.object({ turn: v.number(), code: v.string(), message: v.string() })),
  handler: async (ctx, { threadId }) => {
    if (!(await ctx.runQuery(api.chat.getThread, { threadId }))) return [];
    const rows = await failuresOf(ctx, threadId).order("desc").take(SHOWN);
    return rows.map(({ turn, code, message }) => ({ turn, code, message }));
  },
});

/** Deletes what is noted of a thread. */
export async function deleteFailures(ctx: MutationCtx, threadId: string): Promise<void> {
  for await (const { _id } of failuresOf(ctx, threadId)) await ctx.db.delete("failures", _id);
}
