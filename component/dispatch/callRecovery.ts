import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { pendingState } from "../../machines/toolCall/states.js";
import type { QueryCtx } from "../_generated/server.js";
import { LATE_MS, LONGEST_RUN_MS } from "../lib/limits.js";
import { jobIsDead, jobIsRunning, mutationIsLost } from "../model/jobs.js";
import type { LoadedToolCall } from "../model/toolCalls.js";

/** What a look at a call found. */
interface Findings {
  /** The event that the call would wait for in vain. */
  event?: ToolCallEvent;
  /** Its executor takes unusually long, and was seen running for the first time. */
  isSeenRunning?: boolean;
  /** Something is scheduled for the call that can die. */
  canDie: boolean;
}

/**
 * Looks whether something died that a call waits for, or is overdue.
 *
 * @param isLate - see `watchdog.look`.
 */
export async function examineCall(ctx: QueryCtx, call: LoadedToolCall, isLate: boolean): Promise<Findings> {
  const { epoch, deadline } = call.snapshot.context;
  const isOverdue = !isLate && call.deadline !== undefined && Date.now() > call.deadline.at + 2 * LATE_MS;
  if (isOverdue && (await mutationIsLost(ctx, call.deadline?.job)))
    return { event: { type: "DEADLINE_PASSED", deadline }, canDie: true };
  switch (pendingState(call.snapshot)) {
    case "executing":
      return { ...(await examineRun(ctx, call)), canDie: true };
    case "backoff": {
      const isDue = await mutationIsLost(ctx, call.job);
      return { event: isDue ? { type: "RETRY_DUE", epoch } : undefined, canDie: true };
    }
    default:
      return { canDie: pendingState(call.snapshot) === "requested" };
  }
}

/** Whether an executor died, or has run for longer than any platform allows, as far as its record or its beginning says. */
async function examineRun(
  ctx: QueryCtx,
  { job, seenRunningAt, _creationTime, snapshot }: LoadedToolCall,
): Promise<Pick<Findings, "event" | "isSeenRunning">> {
  const died = { event: { type: "EXECUTOR_DIED", epoch: snapshot.context.epoch } } as const;
  if (await jobIsDead(ctx, job)) return died;
  if (seenRunningAt !== undefined) return seenRunningAt + LONGEST_RUN_MS < Date.now() ? died : {};
  const isOld = Date.now() - _creationTime > LONGEST_RUN_MS / 2;
  return { isSeenRunning: isOld && (await jobIsRunning(ctx, job)) };
}
