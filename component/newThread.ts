import { createThreadSnapshot } from "../machines/snapshot.js";
import { threadStatus } from "../machines/status.js";
import { storedThread } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { agentRow } from "./agents.js";
import type { Agent } from "./validators.js";

/** What a thread is created with. */
interface NewThread {
  agent: Agent;
  owner?: string;
  key?: string;
  /** The turns that its first messages make up. */
  turns?: number;
}

/** Stores a thread on which nothing has run. */
export async function newThread(
  ctx: MutationCtx,
  { agent, owner, key, turns: turn = 0 }: NewThread,
): Promise<Doc<"threads">> {
  const { context, ...created } = createThreadSnapshot();
  const snapshot = { ...created, context: { ...context, turn } };
  const threadId = await ctx.db.insert("threads", {
    snapshot: storedThread(snapshot),
    status: threadStatus(snapshot),
    agent: await agentRow(ctx, agent),
    jobs: {},
    owner,
    key,
    activeAt: Date.now(),
  });
  return (await ctx.db.get("threads", threadId))!;
}
