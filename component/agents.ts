import type { Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import type { Agent } from "./validators.js";

/** The row with these functions: each combination is stored once, however many threads call them. */
export async function agentRow(ctx: MutationCtx, agent: Agent): Promise<Id<"agents">> {
  const alike = ctx.db
    .query("agents")
    .withIndex("by_streamHandle", (q) => q.eq("streamHandle", agent.streamHandle));
  for await (const row of alike)
    if (row.pools.stream === agent.pools.stream && row.pools.tools === agent.pools.tools) return row._id;
  return ctx.db.insert("agents", agent);
}
