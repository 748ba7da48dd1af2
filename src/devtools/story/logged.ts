import type { Failure } from "../../../machines/failure.js";
import type { TurnLimits } from "../../../machines/thread/budgets.js";
import type { Tokens } from "../../../machines/thread/tokens.js";
import type { Transition } from "../../types.js";

/** What an event said that does not follow from the states before and after it; which of it depends on the event. */
export interface TransitionDetails {
  limits?: TurnLimits;
  /** How many tool calls the step has. */
  toolCalls?: number;
  tokens?: Partial<Tokens>;
  cost?: number;
  retryable?: boolean;
  retryAfterMs?: number | null;
  error?: Failure;
  /** The limit that a turn has reached. */
  budget?: string;
}

/** An entry of the log, with the details of its event where the log has them. */
export type LoggedTransition = Transition & { details?: TransitionDetails };
