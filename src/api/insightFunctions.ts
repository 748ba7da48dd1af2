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

/** The functions that tell what a thread did, what it used, and what it waits for. */
export function insightFunctions<V extends FunctionVisibility>({
  component,
  query,
  authorize,
}: ApiContext<V>) {
  return {
    /** The tokens of a thread in all, and of its last turn or the given one; null where there is no thread. */
    getUsage: query({
      args: { threadId: v.string(), turn: v.optional(v.number()) },
      returns: v.union(vThreadUsage, v.null()),
      handler: async (ctx, { threadId, ...asked }): Promise<ThreadUsage | null> =>
        ctx.runQuery(component.insight.usage, { ...(await authorize(ctx, threadId)), ...asked }),
    }),

    /** The turns of a thread that have ended, newest first: 100 unless told, 500 at most. */
    listTurns: query({
      args: vPage,
      returns: vTurnPage,
      handler: async (ctx, { threadId, ...asked }): Promise<TurnPage> =>
        ctx.runQuery(component.insight.listTurns, { ...(await authorize(ctx, threadId)), ...asked }),
    }),

    /** The log of a thread's transitions, newest first: 100 unless told, 500 at most. */
    listTransitions: query({
      args: vPage,
      returns: vTransitionPage,
      handler: async (ctx, { threadId, ...asked }): Promise<TransitionPage> =>
        ctx.runQuery(component.insight.listTransitions, { ...(await authorize(ctx, threadId)), ...asked }),
    }),

    /** Where a thread is, what it waits for, until when, and how it came there; null where there is no thread. */
    explainThread: query({
      args: { threadId: v.string() },
      returns: v.union(vExplanation, v.null()),
      handler: async (ctx, { threadId }): Promise<Explanation | null> =>
        ctx.runQuery(component.insight.explain, await authorize(ctx, threadId)),
    }),
  };
}
