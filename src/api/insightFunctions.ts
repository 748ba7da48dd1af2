import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import { vExplanation, vThreadUsage, vTransition, vTurn } from "../../component/validators/insight.js";
import { vThread } from "../../component/validators/thread.js";
import type { Explanation, ThreadDoc, ThreadUsage, TransitionPage, TurnPage } from "../types.js";
import { decodeCursor, encodeCursor } from "../values/cursor.js";
import type { ReaderContext } from "./readerContext.js";

const vPage = { threadId: v.string(), limit: v.optional(v.number()), cursor: v.optional(v.string()) };
const vNextCursor = v.union(v.string(), v.null());

/** The functions that report where a thread is, what it did, what it used, and what it waits for. */
export function insightFunctions<V extends FunctionVisibility>({
  component,
  query,
  authorize,
}: ReaderContext<V>) {
  return {
    /**
     * Returns a thread with its status, or null if there is none.
     *
     * @param inspect - with the machine's snapshot, which changes more often than the rest. Default: false.
     */
    getThread: query({
      args: { threadId: v.string(), inspect: v.optional(v.boolean()) },
      returns: v.union(vThread, v.null()),
      handler: async (ctx, { threadId, inspect }): Promise<ThreadDoc | null> =>
        ctx.runQuery(component.threads.get, { ...(await authorize(ctx, threadId)), inspect }),
    }),

    /**
     * Returns the tokens that a thread has used in all, and in one turn. Null if there is no thread.
     *
     * @param turn - the number of the turn, from 1. Default: the last turn.
     */
    getUsage: query({
      args: { threadId: v.string(), turn: v.optional(v.number()) },
      returns: v.union(vThreadUsage, v.null()),
      handler: async (ctx, { threadId, turn }): Promise<ThreadUsage | null> =>
        ctx.runQuery(component.insight.usage, { ...(await authorize(ctx, threadId)), turn }),
    }),

    /**
     * Lists the turns of a thread that have ended, newest first.
     *
     * @param limit - how many at most. Default: 100; at most 500.
     * @param cursor - the `cursor` of the page before. Default: the first page.
     * @throws invalid_limit, invalid_cursor
     */
    listTurns: query({
      args: vPage,
      returns: v.object({ turns: v.array(vTurn), cursor: vNextCursor }),
      handler: async (ctx, { threadId, limit, cursor }): Promise<TurnPage> => {
        const target = await authorize(ctx, threadId);
        const before = cursor === undefined ? undefined : decodeCursor("turns", cursor).turn;
        const page = await ctx.runQuery(component.insight.listTurns, { ...target, limit, cursor: before });
        const turn = page.cursor;
        return { turns: page.turns, cursor: turn === null ? null : encodeCursor("turns", { turn }) };
      },
    }),

    /**
     * Lists the log of a thread's transitions, newest first.
     *
     * @param limit - how many at most. Default: 100; at most 500.
     * @param cursor - the `cursor` of the page before. Default: the first page.
     * @throws invalid_limit, invalid_cursor
     */
    listTransitions: query({
      args: vPage,
      returns: v.object({ transitions: v.array(vTransition), cursor: vNextCursor }),
      handler: async (ctx, { threadId, limit, cursor }): Promise<TransitionPage> => {
        const target = await authorize(ctx, threadId);
        const before = cursor === undefined ? undefined : decodeCursor("transitions", cursor).seq;
        const page = await ctx.runQuery(component.insight.listTransitions, {
          ...target,
          limit,
          cursor: before,
        });
        const seq = page.cursor;
        return {
          transitions: page.transitions,
          cursor: seq === null ? null : encodeCursor("transitions", { seq }),
        };
      },
    }),

    /** Explains where a thread is, what it waits for and until when, and how it got there. Null if there is no thread. */
    explainThread: query({
      args: { threadId: v.string() },
      returns: v.union(vExplanation, v.null()),
      handler: async (ctx, { threadId }): Promise<Explanation | null> =>
        ctx.runQuery(component.insight.explain, await authorize(ctx, threadId)),
    }),
  };
}
