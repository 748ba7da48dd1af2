import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { pendingState } from "../../machines/toolCall/states.js";
import type { QueryCtx } from "../_generated/server.js";
import { LATE_MS, LONGEST_RUN_MS } from "../lib/limits.js";
import { mutationIsLost, type JobState } from "../model/jobs.js";
import type { LoadedToolCall } from "../model/toolCalls.js";
import type { Job } from "../validators/thread.js";

/** What a look at a call found. */
interface Findings {
  /** The event that the call would wait for in vain. */
  event?: ToolCallEvent;
  /** Its executor takes unusually long, and was seen running for the first time. */
  isSeenRunning?: boolean;
  /** Something is scheduled for the call that can die. */
  canDie: boolean;
}

/** What is known of a look besides the call. */
interface Look {
  /** The job of the stream handler that asked for the call. */
  handler: Job | undefined;
  /** See `watchdog.look`. */
  isLate: boolean;
  /** What a job's record says. */
  stateOf: (job: Job | undefined) => Promise<JobState>;
}

/** Looks whether something died that a call waits for, or is overdue. */
export async function examineCall(
  ctx: QueryCtx,
  call: LoadedToolCall,
  { handler, isLate, stateOf }: Look,
): Promise<Findings> {
  const { epoch, deadline } = call.snapshot.context;
  const isOverdue = !isLate && call.deadline !== undefined && Date.now() > call.deadline.at + 2 * LATE_MS;
  if (isOverdue && (await mutationIsLost(ctx, call.deadline?.job)))
    return { event: { type: "DEADLINE_PASSED", deadline }, canDie: true };
  switch (pendingState(call.snapshot)) {
    case "inline":
      return { ...(await examineRun({ ...call, job: handler }, stateOf)), canDie: true };
    case "executing":
      return { ...(await examineRun(call, stateOf)), canDie: true };
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
  { job, seenRunningAt, _creationTime, snapshot }: LoadedToolCall,
  stateOf: Look["stateOf"],
): Promise<Pick<Findings, "event" | "isSeenRunning">> {
  const died = { event: { type: "EXECUTOR_DIED", epoch: snapshot.context.epoch } } as const;
  const state = await stateOf(job);
  if (state === "dead") return died;
  if (seenRunningAt !== undefined) return seenRunningAt + LONGEST_RUN_MS < Date.now() ? died : {};
  const isOld = Date.now() - _creationTime > LONGEST_RUN_MS / 2;
  return { isSeenRunning: isOld && state === "runs" };
}
