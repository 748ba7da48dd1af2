import type { Failure } from "../failure.js";
import type { ClockBudget } from "./budgets.js";
import type { ThreadEvent } from "./events.js";
import { leanTokens, type Tokens } from "./tokens.js";

/** What an event brings that the thread's state does not say, as a log keeps it. */
export interface EventDetails {
  /** How many tool calls a step asked for; absent: none. */
  toolCalls?: number;
  /** Without the counts that are 0. */
  tokens?: Partial<Tokens>;
  cost?: number;
  error?: Failure;
  retryable?: boolean;
  retryAfterMs?: number;
  /** The budget of time that was used up. */
  budget?: ClockBudget;
  /** Where a message stood that was taken back. Of a fork: the turn that it begins with. */
  turn?: number;
  step?: number;
}

/** What an event brings that the thread's state does not say; undefined if that is nothing. */
export function detailsOf(event: ThreadEvent): EventDetails | undefined {
  switch (event.type) {
    case "STREAM_FINISHED": {
      const { toolCalls, tokens, cost } = event;
      return {
        ...(toolCalls > 0 && { toolCalls }),
        ...(tokens && { tokens: leanTokens(tokens) }),
        ...(cost && { cost }),
      };
    }
    case "STREAM_FAILED": {
      const { retryable, retryAfterMs, error } = event;
      return { retryable, error, ...(retryAfterMs !== null && { retryAfterMs }) };
    }
    case "ENQUEUE_FAILED":
    case "GIVE_UP":
      return { error: event.error };
    case "TIME_UP":
      return { budget: event.budget };
    case "WITHDRAW":
      return { turn: event.turn, step: event.step };
    case "FORK":
      return { turn: event.turn };
    default:
      return undefined;
  }
}
