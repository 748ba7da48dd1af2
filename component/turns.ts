import { v } from "convex/values";
import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import { addTokens, NO_TOKENS } from "../machines/tokens.js";
import type { Doc } from "./_generated/dataModel.js";
import { query, type QueryCtx } from "./_generated/server.js";
import { vThreadUsage, vTurnPage, type Turn } from "./insightValidators.js";
import { pageOf } from "./pages.js";
import { findListed } from "./threadRows.js";
import { lastTurn, turnAt, turnsBefore } from "./turnRows.js";
import { vTarget } from "./validators.js";

/**
 * What a thread has used in all, and in one turn. Null where there is no thread.
 *
 * @param turn - the number of the turn; the last one unless told.
 */
export const usage = query({
  args: { ...vTarget, turn: v.optional(v.number()) },
  returns: v.union(vThreadUsage, v.null()),
  handler: async (ctx, { threadId, owner, turn }) => {
    const thread = await findListed(ctx, { threadId, owner });
    if (!thread) return null;
    const running = runningTurn(thread);
    const ended = (await lastTurn(ctx, thread._id))?.threadTokens ?? NO_TOKENS;
    return {
      turn: await findTurn(ctx, thread, turn),
      thread: { tokens: running ? addTokens(ended, running.tokens) : ended },
    };
  },
});

/**
 * A page of a thread's turns that have ended, newest first.
 *
 * @param cursor - where the page begins: its turns have lower numbers.
 * @param limit - how many at most; 100 unless told, never more than 500.
 * @throws invalid_limit
 */
export const list = query({
  args: { ...vTarget, cursor: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: vTurnPage,
  handler: async (ctx, { threadId, owner, cursor: before, limit }) => {
    const thread = await findListed(ctx, { threadId, owner });
    const { rows, cursor } = await pageOf(
      thread && turnsBefore(ctx, thread._id, before),
      ({ turn }) => turn,
      limit,
    );
    return { turns: rows.map(toTurn), cursor };
  },
});

/** The turn with this number, or the last one. */
async function findTurn(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  turn: number | undefined,
): Promise<Turn | null> {
  const running = runningTurn(thread);
  if (running && (turn === undefined || turn === running.turn)) return running;
  const row = await (turn === undefined ? lastTurn(ctx, thread._id) : turnAt(ctx, thread._id, turn));
  return row && toTurn(row);
}

/** The turn that is under way, as far as it has come; null when none is. */
function runningTurn({ snapshot }: Doc<"threads">): Turn | null {
  if (runningPart(snapshot) === null) return null;
  const { turn, steps, tokens, startedAt } = threadSnapshot(snapshot).context;
  return { turn, steps, tokens, startedAt };
}

const toTurn = ({ turn, steps, tokens, startedAt, endedAt, outcome, stopReason }: Doc<"turns">): Turn => ({
  ...{ turn, steps, tokens, startedAt, endedAt, outcome, stopReason },
});
