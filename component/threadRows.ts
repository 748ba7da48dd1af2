import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { dueTime } from "./jobs.js";
import type { Thread } from "./validators.js";

/** The thread with this id, or null where there is none, or none any more. */
export async function findThread(ctx: QueryCtx, threadId: string): Promise<Doc<"threads"> | null> {
  const id = ctx.db.normalizeId("threads", threadId);
  return id && (await ctx.db.get("threads", id));
}

/** The thread with this id, as far as readers are concerned: null also for one under deletion. */
export async function findListed(ctx: QueryCtx, threadId: string): Promise<Doc<"threads"> | null> {
  const thread = await findThread(ctx, threadId);
  return thread?.status === "deleting" ? null : thread;
}

/**
 * The thread with this id.
 *
 * @throws thread_not_found - also for a thread under deletion.
 */
export async function getThread(ctx: QueryCtx, threadId: string): Promise<Doc<"threads">> {
  const thread = await findListed(ctx, threadId);
  if (!thread) throw fail("thread_not_found", `There is no thread "${threadId}".`);
  return thread;
}

/** Tells readers that messages were taken out: what they have kept of the thread is to be read anew. */
export async function noteRemoval(ctx: MutationCtx, { _id, removals = 0 }: Doc<"threads">): Promise<void> {
  await ctx.db.patch("threads", _id, { removals: removals + 1 });
}

/** What the app sees of a thread. Function handles stay inside the component. */
export function publicThread(thread: Doc<"threads">): Thread | null {
  const { _id, _creationTime, status, snapshot, removals = 0 } = thread;
  if (status === "deleting") return null;
  const { turn, stopReason, error, revision } = threadSnapshot(snapshot).context;
  return {
    _id,
    _creationTime,
    status,
    turn,
    ...(revision + removals > 0 && { revision: revision + removals }),
    ...(stopReason && { stopReason }),
    ...(error && { error }),
  };
}

/** The same with the machine's snapshot, and the time by which something happens. */
export async function inspectedThread(ctx: QueryCtx, thread: Doc<"threads">): Promise<Thread | null> {
  const shown = publicThread(thread);
  const snapshot = threadSnapshot(thread.snapshot);
  return shown && { ...shown, snapshot, waitsUntil: await deadline(ctx, thread) };
}

/** When what a thread waits for is due at the latest, or null where nothing is scheduled for it. */
async function deadline(ctx: QueryCtx, { snapshot, jobs }: Doc<"threads">): Promise<number | null> {
  const part = runningPart(snapshot);
  if (part === null || part === "tools") return null;
  return dueTime(ctx, part === "backoff" ? jobs.retry : jobs.watchdog);
}
