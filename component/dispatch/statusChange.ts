import type { FunctionHandle } from "convex/server";
import type { StoredThreadStatus, ThreadStatus } from "../../machines/thread/states.js";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { LoadedThread } from "../model/threads.js";
import type { StatusChange } from "../validators/insight.js";

/** A change of status that is reported to the app: a deletion is not. */
interface Change {
  from: ThreadStatus;
  to: ThreadStatus;
}

/** The change between two statuses in a row that is reported to the app, or null. */
export const changeBetween = (from: StoredThreadStatus, to: StoredThreadStatus): Change | null =>
  from === "deleting" || to === "deleting" || to === from ? null : { from, to };

/**
 * Calls the app's mutation on a change of a thread's status, in the transaction that made it. If that mutation throws, it is
 * logged and undoes itself alone: no app can wedge a thread by it.
 *
 * @param thread - the thread as written.
 */
export async function callStatusHandler(
  ctx: MutationCtx,
  { statusHandle }: Doc<"agents">,
  { from, to }: Change,
  { _id: threadId, snapshot }: LoadedThread,
): Promise<void> {
  if (statusHandle === undefined) return;
  const { turn, stopReason, error } = snapshot.context;
  const change: StatusChange = {
    threadId,
    from,
    to,
    turn,
    ...(stopReason && { stopReason }),
    ...(error && { error }),
  };
  try {
    await ctx.runMutation(statusHandle as FunctionHandle<"mutation", StatusChange>, change);
  } catch (thrown) {
    // eslint-disable-next-line no-console -- the log is the only place where the app's author can see it
    console.error(`onStatusChange failed for thread ${threadId}, ${from} -> ${to}:`, thrown);
  }
}
