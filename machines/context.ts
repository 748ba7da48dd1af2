import { DEFAULT_TURN_LIMITS, type Failure, type TurnLimits } from "./events.js";
import { NO_TOKENS, type Tokens } from "./tokens.js";

/** Why a thread is `stopped`: its user said so, or the limit of this name was reached. */
export type StopReason =
  "user" | "maxSteps" | "maxTurnMs" | "maxTurnTokens" | "maxThreadMs" | "maxThreadTokens";

/** The thread's extended state. Its size does not depend on the thread's length. Times are in milliseconds. */
export interface ThreadContext extends Required<TurnLimits> {
  /** Fencing token: one more each time a stream handler is enqueued. */
  generation: number;
  /** One more each time a turn begins; messages of a later turn are invisible to the model until then. */
  turn: number;
  /** Fencing token of edits to the history, and one more each time messages are taken out of it or copied into it. */
  revision: number;
  /** Which stream handler owns the step, or null. */
  lease: string | null;
  /** The attempt at the current step, from 1. */
  attempt: number;
  /** Model calls that this turn has completed. */
  steps: number;
  /** User messages that wait for the next turn. */
  queued: number;
  /** User messages that wait for the next step of this turn. */
  steered: number;
  /** When the last turn began, since the epoch. */
  startedAt: number;
  /** What the last turn has used. */
  tokens: Tokens;
  /**
   * What the thread has used of its budgets of tokens and of time, where it has them: since they were set, or since it was
   * resumed after one ran out.
   */
  threadTokens: number;
  threadMs: number;
  /** Why the thread is stopped; null elsewhere. */
  stopReason: StopReason | null;
  /** What the last attempt failed with; only in `failed` and `backoff`. */
  error: Failure | null;
}

/** The context of a thread that was just created. */
export const initialThreadContext: ThreadContext = {
  generation: 0,
  turn: 0,
  revision: 0,
  lease: null,
  attempt: 1,
  steps: 0,
  queued: 0,
  steered: 0,
  startedAt: 0,
  tokens: NO_TOKENS,
  threadTokens: 0,
  threadMs: 0,
  stopReason: null,
  error: null,
  ...DEFAULT_TURN_LIMITS,
};
