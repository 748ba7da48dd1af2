import type { ToolCallEffect, ToolCallSnapshot } from "../../../machines/index.js";
import type { ToolCallEdge } from "../explore.js";

/** The state's path, such as `pending.executing`. */
export const place = ({ value }: ToolCallSnapshot): string =>
  typeof value === "string" ? value : `pending.${value.pending}`;

export const isFinal = ({ value }: ToolCallSnapshot): boolean => typeof value === "string";

/** The effects of one type. */
export const effectsOf = ({ step }: ToolCallEdge, type: ToolCallEffect["type"]): ToolCallEffect[] =>
  step.effects.filter((effect) => effect.type === type);

/** The edge schedules the handler: an accepted event that ends in executing, since nothing else happens there. */
export const executes = ({ step }: ToolCallEdge): boolean =>
  step.accepted && place(step.snapshot) === "pending.executing";

/** Where the event leads from here, said a second time and without XState; null where it must be ignored. */
export function destination({ from, event }: ToolCallEdge): string | null {
  const { kind, attempt, maxAttempts, retryOnCrash, epoch } = from.context;
  if (isFinal(from)) return null;
  if ("epoch" in event && event.epoch !== epoch) return null;
  const isExecuting = place(from) === "pending.executing";
  const hasMore = attempt < maxAttempts;
  switch (event.type) {
    case "CANCEL":
      return "cancelled";
    case "RESULT_GIVEN":
      return kind === "async" ? "completed" : null;
    case "ERROR_GIVEN":
      return kind === "async" ? "failed" : null;
    case "START":
      return place(from) === "pending.requested" ? "pending.executing" : null;
    case "REJECT":
      return place(from) === "pending.requested" ? "failed" : null;
    case "RETRY_DUE":
      return place(from) === "pending.backoff" ? "pending.executing" : null;
    case "HANDLER_RETURNED":
      if (!isExecuting) return null;
      return kind === "async" ? "pending.awaitingResult" : "completed";
    case "HANDLER_FAILED":
      if (!isExecuting) return null;
      return event.retryable && hasMore ? "pending.backoff" : "failed";
    case "EXECUTOR_DIED":
      if (!isExecuting) return null;
      return retryOnCrash && hasMore ? "pending.executing" : "failed";
  }
}
