import type { ToolCallEffect, ToolCallSnapshot } from "../../../machines/index.js";
import type { ToolCallEdge } from "../explore.js";

/** The state's path, such as `pending.executing`. */
export const place = ({ value }: ToolCallSnapshot): string =>
  typeof value === "string" ? value : `pending.${value.pending}`;

export const isFinal = ({ value }: ToolCallSnapshot): boolean => typeof value === "string";

/** The effects of one type. */
export const effectsOf = ({ step }: ToolCallEdge, type: ToolCallEffect["type"]): ToolCallEffect[] =>
  step.effects.filter((effect) => effect.type === type);

/** The edge schedules the handler: an accepted event that ends in executing, unless it only sets the deadline. */
export const executes = ({ event, step }: ToolCallEdge): boolean =>
  step.accepted &&
  !["DEADLINE_MOVED", "RUN_BEGAN"].includes(event.type) &&
  place(step.snapshot) === "pending.executing";

/** The edge lets the stream handler that asked for the call run it. */
export const isTaken = ({ from, step }: ToolCallEdge): boolean =>
  step.accepted && place(step.snapshot) === "pending.inline" && place(from) !== "pending.inline";

/** Nothing is run for the call: it begins to wait for its outcome as soon as it may. */
export const waitsAtOnce = ({ from, event, step }: ToolCallEdge): boolean =>
  step.accepted &&
  ["START", "APPROVE"].includes(event.type) &&
  from.context.kind === "external" &&
  !awaitsApproval(step.snapshot);

/** The handler runs, or is about to. */
export const isRun = (snapshot: ToolCallSnapshot): boolean =>
  ["pending.inline", "pending.executing"].includes(place(snapshot));

/** Whether a stream handler may run the call: nobody waits for a person, and nothing has to cut the run short. */
export const mayBeTaken = ({ context }: ToolCallSnapshot): boolean =>
  context.kind === "sync" && !context.needsApproval && context.timeoutMs === null;

/** The edge begins the wait for another run. */
export const entersBackoff = ({ from, step }: ToolCallEdge): boolean =>
  step.accepted && place(from) !== "pending.backoff" && place(step.snapshot) === "pending.backoff";

/** The edge gives the call its outcome, or cancels it. */
export const settles = ({ from, step }: ToolCallEdge): boolean =>
  step.accepted && !isFinal(from) && isFinal(step.snapshot);

/** A person is to decide whether the call runs. */
export const awaitsApproval = (snapshot: ToolCallSnapshot): boolean =>
  place(snapshot) === "pending.awaitingApproval";

/** Where the event leads from here, said a second time and without XState; null where it must be ignored. */
export function destination({ from, event }: ToolCallEdge): string | null {
  const { kind, attempt, maxAttempts, retryOnCrash, needsApproval, epoch, deadline, timeoutMs } =
    from.context;
  if (isFinal(from)) return null;
  if ("epoch" in event && event.epoch !== epoch) return null;
  if ("deadline" in event && event.deadline !== deadline) return null;
  const takesAnswers = kind !== "sync" && !awaitsApproval(from);
  const begun = kind === "external" ? "pending.awaitingResult" : "pending.executing";
  const isExecuting = place(from) === "pending.executing";
  const isRunning = isRun(from);
  const hasMore = attempt < maxAttempts;
  switch (event.type) {
    case "CANCEL":
      return "cancelled";
    case "RESULT_GIVEN":
      return takesAnswers ? "completed" : null;
    case "ERROR_GIVEN":
      return takesAnswers ? "failed" : null;
    case "DEADLINE_MOVED":
      return takesAnswers ? place(from) : null;
    case "START":
      if (place(from) !== "pending.requested") return null;
      return needsApproval ? "pending.awaitingApproval" : begun;
    case "TAKEN":
      return place(from) === "pending.requested" && mayBeTaken(from) ? "pending.inline" : null;
    case "APPROVE":
      return awaitsApproval(from) ? begun : null;
    case "DENY":
      return awaitsApproval(from) ? "denied" : null;
    case "DEADLINE_PASSED":
      if (awaitsApproval(from)) return "denied";
      if (kind !== "sync") return "failed";
      if (!isExecuting) return null;
      return retryOnCrash && hasMore ? "pending.executing" : "failed";
    case "REJECT":
      return place(from) === "pending.requested" ? "failed" : null;
    case "RETRY_DUE":
      return place(from) === "pending.backoff" ? "pending.executing" : null;
    case "RUN_BEGAN":
      return isExecuting && timeoutMs !== null ? place(from) : null;
    case "NOT_BEGUN":
      return isRunning ? "pending.backoff" : null;
    case "ENQUEUE_FAILED":
      if (!isExecuting) return null;
      return hasMore ? "pending.backoff" : "failed";
    case "HANDLER_RETURNED":
      if (!isRunning) return null;
      return kind === "sync" ? "completed" : "pending.awaitingResult";
    case "HANDLER_FAILED":
      if (!isRunning) return null;
      return event.retryable && hasMore ? "pending.backoff" : "failed";
    case "EXECUTOR_DIED":
      if (!isRunning) return null;
      return retryOnCrash && hasMore ? "pending.executing" : "failed";
  }
}
