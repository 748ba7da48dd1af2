import type { FunctionHandle } from "convex/server";
import type { StoredThreadStatus } from "../machines/status.js";
import type { MutationCtx } from "./_generated/server.js";
import type { LoadedThread } from "./dispatch.js";
import type { StatusChange } from "./insightValidators.js";

/**
 * Tells the app of a change of a thread's status, in the transaction that made it. What the app's mutation throws is
 * logged and undoes that mutation alone: no app can wedge a thread by it.
 *
 * @param from - the status before.
 * @param thread - its row as written.
 */
export async function tellStatusChange(
  ctx: MutationCtx,
  from: StoredThreadStatus,
  { _id: threadId, status: to, snapshot, app: { statusHandle } }: LoadedThread,
): Promise<void> {
  if (statusHandle === undefined || from === "deleting" || to === "deleting" || to === from) return;
  const { turn, stopReason, error } = snapshot.context;
  const change = {
    ...{ threadId, from, to, turn },
    ...(stopReason && { stopReason }),
    ...(error && { error }),
  };
  try {
    await ctx.runMutation(statusHandle as FunctionHandle<"mutation", StatusChange>, change);
  } catch (thrown) {
    // eslint-disable-next-line no-console -- nobody else hears of it, and it must not wedge the thread
    console.error(`onStatusChange failed for thread ${threadId}, ${from} -> ${to}:`, thrown);
  }
}
