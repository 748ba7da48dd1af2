import { v } from "convex/values";
import { query } from "./_generated/server.js";
import { vTransitionPage } from "./insightValidators.js";
import { pageOf } from "./pages.js";
import { findListed } from "./threadRows.js";
import { toTransition, transitionsBefore } from "./transitionLog.js";
import { vTarget } from "./validators.js";

/**
 * A page of a thread's log, newest first.
 *
 * @param cursor - where the page begins: its transitions have lower numbers.
 * @param limit - how many at most; 100 unless told, never more than 500.
 * @throws invalid_limit
 */
export const list = query({
  args: { ...vTarget, cursor: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: vTransitionPage,
  handler: async (ctx, { threadId, owner, cursor: before, limit }) => {
    const thread = await findListed(ctx, { threadId, owner });
    const { rows, cursor } = await pageOf(
      thread && transitionsBefore(ctx, thread._id, before),
      ({ seq }) => seq,
      limit,
    );
    return { transitions: rows.map(toTransition), cursor };
  },
});
