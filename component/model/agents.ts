import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { Agent } from "../validators/thread.js";

/** The row with these functions and settings: each combination is stored once, however many threads have it. */
export async function agentRow(ctx: MutationCtx, agent: Agent): Promise<Doc<"agents">> {
  const alike = ctx.db
    .query("agents")
    .withIndex("by_streamHandle", (q) => q.eq("streamHandle", agent.streamHandle));
  for await (const row of alike) if (isSame(row, agent)) return row;
  return (await ctx.db.get("agents", await ctx.db.insert("agents", agent)))!;
}

const isSame = (a: Doc<"agents">, b: Agent): boolean =>
  a.streamName === b.streamName &&
  a.pools.stream === b.pools.stream &&
  a.pools.tools === b.pools.tools &&
  a.statusHandle === b.statusHandle &&
  a.keepTransitions === b.keepTransitions &&
  a.sharesThreads === b.sharesThreads;
