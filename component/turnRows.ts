import type { EndedTurn } from "../machines/endedTurn.js";
import { addTokens, NO_TOKENS } from "../machines/tokens.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";

/** The turn of a thread that ended last. */
export const lastTurn = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"turns"> | null> =>
  ctx.db
    .query("turns")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .order("desc")
    .first();

/** Keeps what a turn came to, and with it what its thread has used so far. */
export async function recordTurn(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { stopReason, ...turn }: EndedTurn,
): Promise<void> {
  const before = await lastTurn(ctx, threadId);
  const threadTokens = addTokens(before?.threadTokens ?? NO_TOKENS, turn.tokens);
  await ctx.db.insert("turns", { ...turn, threadId, threadTokens, ...(stopReason && { stopReason }) });
}
