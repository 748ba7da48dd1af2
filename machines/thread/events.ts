import type { Failure } from "../failure.js";
import type { ClockBudget, TurnLimits } from "./budgets.js";
import type { Tokens } from "./tokens.js";

/** Where a stored message is in its thread; the machine only hands it on. */
export interface Place {
  position: number;
  creationTime: number;
}

/** The events of a thread: from its app, a user, the stream handler or a timer. */
export type ThreadEvent =
  /** A user sends a message. A running turn is finished first. */
  | { type: "SEND"; limits?: TurnLimits }
  /** A user sends a message that the next step of a running turn takes up. */
  | { type: "STEER"; limits?: TurnLimits }
  /** A user sends a message that ends a running turn and begins the next one. */
  | { type: "INTERRUPT"; limits?: TurnLimits }
  /** A user takes back a message, which stands at this turn and step. */
  | { type: "WITHDRAW"; turn: number; step: number }
  /** The app adds a message that nothing answers now. */
  | { type: "APPEND" }
  /** Run again from where the thread settled. */
  | { type: "RESUME"; limits?: TurnLimits }
  /** Delete the history from this place on, and run again. */
  | { type: "REWIND"; from: Place; limits?: TurnLimits }
  /** What REWIND took out is deleted. */
  | { type: "TRUNCATED"; revision: number }
  /** Begin with another thread's history up to and with a place, which belongs to this turn. */
  | { type: "FORK"; source: string; upTo: Place; turn: number; limits?: TurnLimits }
  /** The history that FORK asked for is copied. */
  | { type: "COPIED"; revision: number }
  /** The user ends the turn. */
  | { type: "STOP" }
  /** The thread is to be deleted, with all it owns. */
  | { type: "DELETE" }
  /** Everything the thread owned is deleted. */
  | { type: "PURGED" }
  /** A stream handler claims the step. */
  | { type: "STREAM_STARTED"; generation: number; lease: string }
  /**
   * The step is complete; `toolCalls` counts the calls whose outcome the next step needs, and `cost` is in the unit of the app's
   * prices.
   */
  | {
      type: "STREAM_FINISHED";
      generation: number;
      lease: string;
      toolCalls: number;
      tokens?: Tokens;
      cost?: number;
    }
  /** The step failed. `retryAfterMs` is what the provider asked for, or null. */
  | {
      type: "STREAM_FAILED";
      generation: number;
      lease: string;
      retryable: boolean;
      retryAfterMs: number | null;
      error: Failure;
    }
  /** The watchdog found the stream handler dead or silent. */
  | { type: "LEASE_EXPIRED"; generation: number; lease: string | null }
  /** The stream handler of this generation cannot be scheduled: its function is gone, or the app's workpool refuses it. */
  | { type: "ENQUEUE_FAILED"; generation: number; error: Failure }
  /** Whatever the host tries for this thread fails: end the turn without asking for anything that may fail too. */
  | { type: "GIVE_UP"; error: Failure }
  /** The backoff is over. */
  | { type: "RETRY_DUE"; generation: number }
  /** The last tool call of the step has an outcome. */
  | { type: "TOOLS_SETTLED"; generation: number }
  /**
   * The last tool call of the step has an outcome, and the stream handler of that step, which reports it, can go on with the
   * next one.
   */
  | { type: "STREAM_CONTINUED"; generation: number; lease: string }
  /** The turn has run for as long as this budget allows. */
  | { type: "TIME_UP"; turn: number; budget: ClockBudget };

/** An event and when it came, in milliseconds since the epoch: the machine has no clock of its own. */
export type TimedThreadEvent = ThreadEvent & { at: number };
