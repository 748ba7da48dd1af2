import type { EndedTurn } from "../../machines/thread/effects.js";
import { addTokens, leanTokens, wholeTokens, type Tokens } from "../../machines/thread/tokens.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";

/** The turns of a thread that have ended, newest first, from just before a number. */
export const turnsBefore = (ctx: QueryCtx, threadId: Id<"threads">, turn = Infinity) =>
  ctx.db
    .query("turns")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lt("turn", turn))
    .order("desc");

/** The turn of a thread that ended last. */
export const lastTurn = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"turns"> | null> =>
  turnsBefore(ctx, threadId).first();

/** The ended turn with this number, or null where there is none. */
export const turnAt = (ctx: QueryCtx, threadId: Id<"threads">, turn: number): Promise<Doc<"turns"> | null> =>
  ctx.db
    .query("turns")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("turn", turn))
    .first();

/** What a thread has used up to the end of a turn. */
export const threadTokens = (turn: Doc<"turns"> | null): Tokens =>
  wholeTokens(turn?.threadTokens ?? turn?.tokens ?? {});

/** Stores a turn that has ended, and with it what its thread has used so far. */
export async function recordTurn(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { stopReason, ...turn }: EndedTurn,
): Promise<void> {
  const before = await lastTurn(ctx, threadId);
  await ctx.db.insert("turns", {
    ...turn,
    threadId,
    tokens: leanTokens(turn.tokens),
    ...(before && { threadTokens: leanTokens(addTokens(threadTokens(before), turn.tokens)) }),
    ...(stopReason && { stopReason }),
  });
}
