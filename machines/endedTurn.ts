import { spentBudget } from "./budgets.js";
import type { StopReason, ThreadContext } from "./context.js";
import type { TimedThreadEvent } from "./events.js";

/** How a turn ended. */
export type TurnOutcome = "completed" | "failed" | "stopped" | "interrupted" | "rewound" | "deleted";

/** What a turn came to. Times are in milliseconds since the epoch. */
export interface EndedTurn extends Pick<ThreadContext, "turn" | "steps" | "tokens" | "startedAt"> {
  endedAt: number;
  outcome: TurnOutcome;
  /** Why it was stopped; null where it was not. */
  stopReason: StopReason | null;
}

/** Events end a turn each in one way; the ones that are not here stop it. */
const OUTCOMES: Partial<Record<TimedThreadEvent["type"], TurnOutcome>> = {
  STREAM_FINISHED: "completed",
  STREAM_FAILED: "failed",
  LEASE_EXPIRED: "failed",
  INTERRUPT: "interrupted",
  REWIND: "rewound",
  DELETE: "deleted",
};

function stopReasonOf(context: ThreadContext, event: TimedThreadEvent): StopReason | null {
  if (event.type === "STOP") return "user";
  return event.type === "TIME_UP" ? event.budget : spentBudget(context);
}

/** The turn that an event ends, as it is to be remembered. */
export function endedTurn({
  context,
  event,
}: {
  context: ThreadContext;
  event: TimedThreadEvent;
}): EndedTurn {
  const { turn, steps, tokens, startedAt } = context;
  const outcome = OUTCOMES[event.type] ?? "stopped";
  const stopReason = outcome === "stopped" ? stopReasonOf(context, event) : null;
  return { turn, steps, tokens, startedAt, endedAt: event.at, outcome, stopReason };
}

/** How long the turn that an event ends has run, in milliseconds. */
export const elapsedMs = ({ startedAt }: ThreadContext, { at }: TimedThreadEvent): number =>
  Math.max(0, at - startedAt);
