import { SnapshotVersionError } from "../../machines/migrations.js";
import type { ThreadSnapshot } from "../../machines/snapshot.js";
import { restoreThread, storeThread } from "../../machines/stored.js";
import { runningState, threadStatus } from "../../machines/thread/states.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { agentError } from "../lib/errors.js";
import type { Target, Thread } from "../validators/thread.js";
import { isUnderDeletion } from "./deletions.js";
import { readDetails } from "./details.js";
import { dueTime, jobWaitsForSlot } from "./jobs.js";
import { watchdogJob } from "./watchdogs.js";

/** A thread as loaded: its row, with the snapshot whole and in the current version. */
export interface LoadedThread extends Omit<Doc<"threads">, "snapshot"> {
  snapshot: ThreadSnapshot;
}

/**
 * The thread of a row: the one way from a stored snapshot to a whole one.
 *
 * @throws snapshot_version
 */
export function toLoadedThread(row: Doc<"threads">): LoadedThread {
  try {
    return { ...row, snapshot: restoreThread(row.snapshot) };
  } catch (error) {
    if (error instanceof SnapshotVersionError) throw agentError("snapshot_version", error.message);
    throw error;
  }
}

/** The thread with this id, or null if there is none. */
export async function loadThread(ctx: QueryCtx, id: Id<"threads">): Promise<LoadedThread | null> {
  const row = await ctx.db.get("threads", id);
  return row && toLoadedThread(row);
}

/** The thread that an id from outside names, or null if there is none. */
export async function findThread(ctx: QueryCtx, threadId: string): Promise<LoadedThread | null> {
  const id = ctx.db.normalizeId("threads", threadId);
  return id && loadThread(ctx, id);
}

/** The thread as its caller may see it: null also for one under deletion, of another owner, or of another agent's name. */
export async function findVisible(
  ctx: QueryCtx,
  { threadId, owner, agentName }: Target,
): Promise<LoadedThread | null> {
  const thread = await findThread(ctx, threadId);
  if (thread === null || thread.status === "deleting") return null;
  const isInScope =
    (owner === undefined || owner === thread.owner) &&
    (agentName === undefined || agentName === thread.agentName);
  return isInScope ? thread : null;
}

/** The id of the same thread. The thread's row, which changes with each transition, is read only where it has to be. */
export async function findVisibleId(ctx: QueryCtx, target: Target): Promise<Id<"threads"> | null> {
  if (target.owner !== undefined || target.agentName !== undefined)
    return (await findVisible(ctx, target))?._id ?? null;
  const id = ctx.db.normalizeId("threads", target.threadId);
  return id && !(await isUnderDeletion(ctx, id)) ? id : null;
}

/**
 * The thread as its caller may see it.
 *
 * @throws thread_not_found - also for one under deletion, of another owner, or of another agent's name: a caller who may not
 * see a thread does not learn that it exists.
 */
export async function getVisible(ctx: QueryCtx, target: Target): Promise<LoadedThread> {
  const thread = await findVisible(ctx, target);
  if (!thread) throw agentError("thread_not_found", `There is no thread "${target.threadId}".`);
  return thread;
}

/** The thread that an owner created with this key and an agent of this name, or null if there is none. */
export async function threadByKey(
  ctx: QueryCtx,
  { key, agentName, owner }: { key: string; agentName: string | undefined; owner: string | undefined },
): Promise<Id<"threads"> | null> {
  const row = await ctx.db
    .query("threads")
    .withIndex("by_key", (q) => q.eq("key", key).eq("agentName", agentName).eq("owner", owner))
    .first();
  return row && row._id;
}

/** Whether the stream handler of some thread waits for a place to run in, for more than so many milliseconds. */
export async function someHandlerWaits(ctx: QueryCtx, forMs: number): Promise<boolean> {
  const longest = await ctx.db
    .query("threads")
    .withIndex("by_enqueuedAt", (q) => q.gt("enqueuedAt", 0).lt("enqueuedAt", Date.now() - forMs))
    .first();
  return longest !== null && jobWaitsForSlot(ctx, longest.jobs.stream, forMs);
}

/** What a thread is created with. */
interface NewThread {
  snapshot: ThreadSnapshot;
  agent: Id<"agents">;
  owner?: string;
  agentName?: string;
  key?: string;
}

/** Stores a thread on which nothing has run. */
export async function insertThread(
  ctx: MutationCtx,
  { snapshot, ...thread }: NewThread,
): Promise<LoadedThread> {
  const threadId = await ctx.db.insert("threads", {
    ...thread,
    snapshot: storeThread(snapshot),
    status: threadStatus(snapshot),
    jobs: {},
    activeAt: Date.now(),
  });
  return (await loadThread(ctx, threadId))!;
}

/**
 * Writes what the host notes on a thread's row next to the snapshot: the work that is scheduled and how far it has come. The
 * snapshot has its one writer, `dispatch`.
 */
export async function writeWork(
  ctx: MutationCtx,
  { _id, jobs, edit, untidy, parked, removals }: LoadedThread,
): Promise<void> {
  await ctx.db.patch("threads", _id, { jobs, edit, untidy, parked, removals });
}

/** What the app sees of a thread. Function handles and the owner stay inside the component. */
export async function publicThread(ctx: QueryCtx, thread: LoadedThread): Promise<Thread> {
  const { _id, _creationTime, status, archived, snapshot, removals = 0 } = thread;
  const { turn, stopReason, error, revision } = snapshot.context;
  return {
    _id,
    _creationTime,
    status: status as Thread["status"],
    ...(await readDetails(ctx, _id)),
    ...(archived && { archived }),
    turn,
    ...(revision + removals > 0 && { revision: revision + removals }),
    ...(stopReason && { stopReason }),
    ...(error && { error }),
  };
}

/** Stands for a lease where only its holder may know it. */
const HELD = "held";

/** The same with the machine's snapshot, as far as clients may see it, and the time by which something happens. */
export async function inspectedThread(ctx: QueryCtx, thread: LoadedThread): Promise<Thread> {
  const { value, context } = thread.snapshot;
  const snapshot = { value, context: { ...context, lease: context.lease && HELD } } as ThreadSnapshot;
  return { ...(await publicThread(ctx, thread)), snapshot, waitsUntil: await deadline(ctx, thread) };
}

/** When what a thread waits for is due at the latest, or null where nothing is scheduled for it. */
async function deadline(ctx: QueryCtx, thread: LoadedThread): Promise<number | null> {
  const state = runningState(thread.snapshot);
  if (state === null || state === "tools") return null;
  return dueTime(ctx, state === "backoff" ? thread.jobs.retry : await watchdogJob(ctx, thread));
}
