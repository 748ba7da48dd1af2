import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import {
  vExplanation,
  vThreadUsage,
  vTransitionPage,
  vTurnPage,
  type Explanation,
  type ThreadUsage,
  type TransitionPage,
  type TurnPage,
} from "../../component/validators/insight.js";
import type { ApiContext } from "./apiContext.js";

const vPage = { threadId: v.string(), limit: v.optional(v.number()), cursor: v.optional(v.number()) };

/** The functions that report what a thread did, what it used, and what it waits for. */
export function insightFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, query, authorize } = api;
  return {
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
     * @throws invalid_limit
     */
    listTurns: query({
      args: vPage,
      returns: vTurnPage,
      handler: async (ctx, { threadId, ...page }): Promise<TurnPage> =>
        ctx.runQuery(component.insight.listTurns, { ...(await authorize(ctx, threadId)), ...page }),
    }),

    /**
     * Lists the log of a thread's transitions, newest first.
     *
     * @param limit - how many at most. Default: 100; at most 500.
     * @param cursor - the `cursor` of the page before. Default: the first page.
     * @throws invalid_limit
     */
    listTransitions: query({
      args: vPage,
      returns: vTransitionPage,
      handler: async (ctx, { threadId, ...page }): Promise<TransitionPage> =>
        ctx.runQuery(component.insight.listTransitions, { ...(await authorize(ctx, threadId)), ...page }),
    }),

    /** Explains where a thread is, what it waits for and until when, and how it came there. Null if there is no thread. */
    explainThread: query({
      args: { threadId: v.string() },
      returns: v.union(vExplanation, v.null()),
      handler: async (ctx, { threadId }): Promise<Explanation | null> =>
        ctx.runQuery(component.insight.explain, await authorize(ctx, threadId)),
    }),
  };
}
