import { stepThread, type ThreadSnapshot } from "../machines/snapshot.js";
import { threadStatus } from "../machines/status.js";
import { storedThread, threadSnapshot } from "../machines/stored.js";
import type { ThreadEvent } from "../machines/events.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { runEffect } from "./runEffect.js";
import { tellStatusChange } from "./statusChange.js";
import { logTransitions, transitionOf, type NewTransition } from "./transitionLog.js";
import type { RequestedToolCall } from "./validators.js";

/** A thread's row with its snapshot whole, and with what its app says of it. */
export type LoadedThread = Doc<"threads"> & { snapshot: ThreadSnapshot; app: Doc<"agents"> };

/**
 * Takes a thread through an event: the only writer of its snapshot. Effects run in the same transaction, and
 * an effect may answer with the event that follows from it.
 *
 * @param thread - the row as loaded in this transaction.
 * @param requested - the tool calls of the step that the event commits.
 * @returns the row as written, or null when the event is stale or means nothing now; then nothing was written.
 */
export async function dispatch(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  event: ThreadEvent,
  requested: RequestedToolCall[] = [],
): Promise<LoadedThread | null> {
  const now = Date.now();
  const app = (await ctx.db.get("agents", thread.agent))!;
  const before = threadSnapshot(thread.snapshot);
  const row = { ...thread, app, snapshot: before, jobs: { ...thread.jobs } };
  const events = [event];
  const transitions: NewTransition[] = [];
  for (const next of events) {
    const { snapshot, effects, accepted } = stepThread(row.snapshot, next, now);
    if (!accepted) continue;
    transitions.push(transitionOf(next, row.snapshot, snapshot, now));
    row.snapshot = snapshot;
    for (const effect of effects) {
      const following = await runEffect(ctx, row, effect, requested);
      if (following) events.push(following);
    }
  }
  if (transitions.length === 0) return null;
  row.status = threadStatus(row.snapshot);
  if (row.snapshot.value === "deleted") return row;
  row.logged = await logTransitions(ctx, row, transitions);
  const { snapshot, status, agent, jobs, logged } = row;
  const change = {
    snapshot: storedThread(snapshot),
    status,
    agent,
    jobs,
    logged,
    ...listing(row, before, now),
  };
  await ctx.db.patch("threads", row._id, change);
  await tellStatusChange(ctx, thread.status, row);
  return row;
}

/** What lists go by: a turn that begins brings the thread to their head, out of the archive too; deletion takes it out. */
function listing({ status, snapshot }: LoadedThread, before: ThreadSnapshot, now: number) {
  if (status === "deleting") return { activeAt: undefined };
  if (snapshot.context.turn === before.context.turn) return {};
  return { activeAt: now, archived: undefined };
}
