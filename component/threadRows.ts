import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";
import { readDetails } from "./details.js";
import { fail } from "./errors.js";
import { dueTime } from "./jobs.js";
import type { Target, Thread } from "./validators.js";

/** The thread with this id, or null where there is none, or none any more. */
export async function findThread(ctx: QueryCtx, threadId: string): Promise<Doc<"threads"> | null> {
  const id = ctx.db.normalizeId("threads", threadId);
  return id && (await ctx.db.get("threads", id));
}

/** The thread that is meant, as far as its caller is concerned: null also for one under deletion, or another's. */
export async function findListed(ctx: QueryCtx, { threadId, owner }: Target): Promise<Doc<"threads"> | null> {
  const thread = await findThread(ctx, threadId);
  if (thread === null || thread.status === "deleting") return null;
  return owner === undefined || owner === thread.owner ? thread : null;
}

/**
 * The thread that is meant.
 *
 * @throws thread_not_found - also for one under deletion, or another's: who may not see a thread is told as little.
 */
export async function getThread(ctx: QueryCtx, target: Target): Promise<Doc<"threads">> {
  const thread = await findListed(ctx, target);
  if (!thread) throw fail("thread_not_found", `There is no thread "${target.threadId}".`);
  return thread;
}

/** Tells readers that messages were taken out: what they have kept of the thread is to be read anew. */
export async function noteRemoval(ctx: MutationCtx, { _id, removals = 0 }: Doc<"threads">): Promise<void> {
  await ctx.db.patch("threads", _id, { removals: removals + 1 });
}

/** What the app sees of a thread. Function handles and its owner stay inside the component. */
export async function publicThread(ctx: QueryCtx, thread: Doc<"threads">): Promise<Thread> {
  const { _id, _creationTime, status, archived, snapshot, removals = 0 } = thread;
  const { turn, stopReason, error, revision } = threadSnapshot(snapshot).context;
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

/** The same with the machine's snapshot, and the time by which something happens. */
export async function inspectedThread(ctx: QueryCtx, thread: Doc<"threads">): Promise<Thread> {
  const snapshot = threadSnapshot(thread.snapshot);
  return { ...(await publicThread(ctx, thread)), snapshot, waitsUntil: await deadline(ctx, thread) };
}

/** When what a thread waits for is due at the latest, or null where nothing is scheduled for it. */
async function deadline(ctx: QueryCtx, { snapshot, jobs }: Doc<"threads">): Promise<number | null> {
  const part = runningPart(snapshot);
  if (part === null || part === "tools") return null;
  return dueTime(ctx, part === "backoff" ? jobs.retry : jobs.watchdog);
}
