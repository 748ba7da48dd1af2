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

/** What turns have used together. */
export interface Spent {
  tokens: Tokens;
  /** In the unit of the app's prices. */
  cost: number;
}

/** What a thread has used up to the end of a turn. */
export const threadSpent = (turn: Doc<"turns"> | null): Spent => ({
  tokens: wholeTokens(turn?.threadTokens ?? turn?.tokens ?? {}),
  cost: (turn?.threadTokens ? turn.threadCost : turn?.cost) ?? 0,
});

export const addSpent = (a: Spent, b: Spent): Spent => ({
  tokens: addTokens(a.tokens, b.tokens),
  cost: a.cost + b.cost,
});

/**
 * Stores a turn that has ended, and with it what its thread has used so far.
 *
 * @param sender - who sent the message that began it, where that is not the thread's owner.
 */
export async function recordTurn(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { stopReason, error, attempts, cost, ...turn }: EndedTurn,
  sender: string | undefined,
): Promise<void> {
  const before = await lastTurn(ctx, threadId);
  const spent = before && addSpent(threadSpent(before), { cost, tokens: turn.tokens });
  await ctx.db.insert("turns", {
    ...turn,
    threadId,
    tokens: leanTokens(turn.tokens),
    cost: cost || undefined,
    threadTokens: spent ? leanTokens(spent.tokens) : undefined,
    threadCost: spent?.cost || undefined,
    sender,
    stopReason: stopReason ?? undefined,
    error: error ?? undefined,
    attempts: attempts > 1 ? attempts : undefined,
  });
}
