import type { Tokens } from "./tokens.js";

/**
 * Bounds on a turn. They come with the event that starts it, so that an app that changes them need not migrate threads.
 * A budget that is null or left out has no end.
 */
export interface TurnLimits {
  /** Attempts at one step before the turn fails; 1 means no retry. */
  maxAttempts: number;
  /** Model calls in one turn before the thread is stopped. */
  maxSteps: number;
  /** Milliseconds that one turn may take. */
  maxTurnMs?: number | null;
  /** Tokens of one turn after which no further model call begins. */
  maxTurnTokens?: number | null;
  /** Milliseconds that all turns together may take. */
  maxThreadMs?: number | null;
  /** Tokens of all turns together after which no further model call begins. */
  maxThreadTokens?: number | null;
}

/** The budgets that a timer watches. */
export type ClockBudget = "maxTurnMs" | "maxThreadMs";

/** Where a message stands in its thread; the machine only hands it on. */
export interface Place {
  position: number;
  creationTime: number;
}

/** Why something failed, as data: a stable code and a sentence for people. */
export interface Failure {
  code: string;
  message: string;
}

/** The limits of a thread whose app sets none. */
export const DEFAULT_TURN_LIMITS: Required<TurnLimits> = {
  maxAttempts: 3,
  maxSteps: 50,
  maxTurnMs: null,
  maxTurnTokens: null,
  maxThreadMs: null,
  maxThreadTokens: null,
};

/** What the app, a user or the model's side of the world can tell a thread. */
export type ThreadEvent =
  /** A user message was stored. A running turn is finished first. */
  | { type: "SEND"; limits?: TurnLimits }
  /** A user message was stored that the next step of a running turn is to take up. */
  | { type: "STEER"; limits?: TurnLimits }
  /** A user message was stored that ends a running turn and begins the next one. */
  | { type: "INTERRUPT"; limits?: TurnLimits }
  /** A user message that waited was taken back. */
  | { type: "WITHDRAW"; from: "queued" | "steered" }
  /** A message was added to the transcript that nothing is to answer now. */
  | { type: "APPEND" }
  /** Run again from where the thread settled. */
  | { type: "RESUME"; limits?: TurnLimits }
  /** Take what was said from this position on out of the history, and run again. */
  | { type: "REWIND"; from: Place; limits?: TurnLimits }
  /** What REWIND took out is gone. */
  | { type: "TRUNCATED"; revision: number }
  /** Begin with another thread's history up to and with a position, which belongs to this turn. */
  | { type: "FORK"; source: string; upTo: Place; turn: number; limits?: TurnLimits }
  /** What FORK asked for is there. */
  | { type: "COPIED"; revision: number }
  /** The user ends the turn. */
  | { type: "STOP" }
  /** The thread is to go, with all it owns. */
  | { type: "DELETE" }
  /** Everything the thread owned is gone. */
  | { type: "PURGED" }
  /** A stream handler claims the step. */
  | { type: "STREAM_STARTED"; generation: number; lease: string }
  /** The step is complete; `toolCalls` counts the calls whose outcome the next step needs. */
  | { type: "STREAM_FINISHED"; generation: number; lease: string; toolCalls: number; tokens?: Tokens }
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
  /** The backoff is over. */
  | { type: "RETRY_DUE"; generation: number }
  /** The last tool call of the step has an outcome. */
  | { type: "TOOLS_SETTLED"; generation: number }
  /** The turn has run for as long as this budget lets it. */
  | { type: "TIME_UP"; turn: number; budget: ClockBudget };

/** An event and when it came, in milliseconds since the epoch: the machine has no clock of its own. */
export type TimedThreadEvent = ThreadEvent & { at: number };

/** What a tool call's executor, its user or its thread can tell it. */
export type ToolCallEvent =
  /** The step that asked for the call is committed: run the handler. */
  | { type: "START" }
  /** The call cannot be run: unknown tool, or arguments that its schema refuses. */
  | { type: "REJECT"; error: Failure }
  /** A person lets the call run. */
  | { type: "APPROVE" }
  /** A person does not want the call to run. */
  | { type: "DENY"; error: Failure }
  /** The handler (or an async tool's callback) returned. */
  | { type: "HANDLER_RETURNED"; epoch: number }
  /** The handler threw. A deliberate error is not retryable. */
  | { type: "HANDLER_FAILED"; epoch: number; retryable: boolean; error: Failure }
  /** The action that ran the handler is gone without a word. */
  | { type: "EXECUTOR_DIED"; epoch: number }
  /** The backoff is over. */
  | { type: "RETRY_DUE"; epoch: number }
  /** Somebody answered an async tool with a result. */
  | { type: "RESULT_GIVEN" }
  /** Somebody answered an async tool with an error. */
  | { type: "ERROR_GIVEN"; error: Failure }
  /** An async tool's deadline is moved to this many milliseconds from now, or removed. */
  | { type: "DEADLINE_MOVED"; ms: number | null }
  /** The time that the call was given is over. `deadline` says which deadline: earlier ones are stale. */
  | { type: "DEADLINE_PASSED"; deadline: number }
  /** The thread no longer wants the call. */
  | { type: "CANCEL" };
