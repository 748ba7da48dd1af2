import type { Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";

/** The tool calls of one step: all that a thread waits for at a time. */
export interface Round {
  threadId: Id<"threads">;
  generation: number;
}

/** The calls of a round that have no outcome yet, in order. */
export const pendingCalls = (ctx: QueryCtx, { threadId, generation }: Round, after = -1) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_pending", (q) =>
      q.eq("threadId", threadId).eq("generation", generation).eq("pending", true).gt("index", after),
    );

/** Whether every call of a round has its outcome. Reads one row at most, however many calls there are. */
export async function roundIsSettled(ctx: QueryCtx, round: Round): Promise<boolean> {
  return (await pendingCalls(ctx, round).first()) === null;
}
