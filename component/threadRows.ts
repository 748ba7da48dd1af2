import { runningPart } from "../machines/status.js";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { dueTime } from "./jobs.js";
import type { Thread } from "./validators.js";

/** The thread with this id, or null where there is none, or none any more. */
export async function findThread(ctx: QueryCtx, threadId: string): Promise<Doc<"threads"> | null> {
  const id = ctx.db.normalizeId("threads", threadId);
  return id && (await ctx.db.get("threads", id));
}

/**
 * The thread with this id.
 *
 * @throws thread_not_found - also for a thread under deletion.
 */
export async function getThread(ctx: QueryCtx, threadId: string): Promise<Doc<"threads">> {
  const thread = await findThread(ctx, threadId);
  if (!thread?.listed) throw fail("thread_not_found", `There is no thread "${threadId}".`);
  return thread;
}

/** When what a thread waits for is due at the latest, or null where nothing is scheduled for it. */
export async function deadline(ctx: QueryCtx, { snapshot, jobs }: Doc<"threads">): Promise<number | null> {
  const part = runningPart(snapshot);
  if (part === null || part === "tools") return null;
  return dueTime(ctx, part === "backoff" ? jobs.retry : jobs.watchdog);
}

/** What the app sees of a thread. Function handles stay inside the component. */
export function publicThread({ _id, _creationTime, status, snapshot }: Doc<"threads">): Thread | null {
  if (status === "deleting") return null;
  const { stopReason, error } = snapshot.context;
  return { _id, _creationTime, status, stopReason, error, snapshot };
}
