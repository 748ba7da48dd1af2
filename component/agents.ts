import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import type { Agent } from "./validators.js";

/** The row with these functions and settings: each combination is stored once, however many threads have it. */
export async function agentRow(ctx: MutationCtx, agent: Agent): Promise<Id<"agents">> {
  const alike = ctx.db
    .query("agents")
    .withIndex("by_streamHandle", (q) => q.eq("streamHandle", agent.streamHandle));
  for await (const row of alike) if (isSame(row, agent)) return row._id;
  return ctx.db.insert("agents", agent);
}

/** The thread as it goes on with these functions and settings, which a dispatch stores. */
export const withAgent = async (
  ctx: MutationCtx,
  thread: Doc<"threads">,
  agent: Agent,
): Promise<Doc<"threads">> => ({ ...thread, agent: await agentRow(ctx, agent) });

const isSame = (a: Agent, b: Agent): boolean =>
  a.pools.stream === b.pools.stream &&
  a.pools.tools === b.pools.tools &&
  a.statusHandle === b.statusHandle &&
  a.keepTransitions === b.keepTransitions;
