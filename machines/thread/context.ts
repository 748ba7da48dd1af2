import type { Failure } from "../failure.js";
import { DEFAULT_TURN_LIMITS, type TurnLimits } from "./budgets.js";
import { NO_TOKENS, type Tokens } from "./tokens.js";

/** Why a thread is `stopped`: its user stopped it, or the limit of this name was reached. */
export type StopReason =
  | "user"
  | "maxSteps"
  | "maxTurnMs"
  | "maxTurnTokens"
  | "maxTurnCost"
  | "maxThreadMs"
  | "maxThreadTokens"
  | "maxThreadCost";

/** The thread's extended state. Its size does not depend on the thread's length. Times are in milliseconds. */
export interface ThreadContext extends Required<TurnLimits> {
  /** Fencing token: one more each time a stream handler is enqueued. */
  generation: number;
  /** One more each time a turn begins; the model does not see messages of a later turn. */
  turn: number;
  /** Fencing token of edits to the history, and one more each time messages are taken out of it or copied into it. */
  revision: number;
  /** The stream handler that holds the step, until its tool calls have their outcomes, or null. */
  lease: string | null;
  /** The attempt at the current step, from 1. */
  attempt: number;
  /** Model calls that this turn has completed. */
  steps: number;
  /** Model calls that this turn has begun: also those that died or failed, so that another one was made in their place. */
  calls: number;
  /** User messages that wait for the next turn. */
  queued: number;
  /** User messages that wait for the next model call of this turn. */
  steered: number;
  /** When the last turn began, since the epoch. */
  startedAt: number;
  /** The tokens that the last turn has used. */
  tokens: Tokens;
  /** What the last turn has cost, in the unit of the app's prices. */
  cost: number;
  /**
   * What the thread has used of its budgets of tokens, cost and time, where it has them: since they were set, or since it was
   * resumed after one ran out.
   */
  threadTokens: number;
  threadCost: number;
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
  calls: 0,
  queued: 0,
  steered: 0,
  startedAt: 0,
  tokens: NO_TOKENS,
  cost: 0,
  threadTokens: 0,
  threadCost: 0,
  threadMs: 0,
  stopReason: null,
  error: null,
  ...DEFAULT_TURN_LIMITS,
};

/**
 * The turn and the model call that a thread is in, or was in last, counted from 1: where the answer to that call stands. A
 * call that was discarded keeps its number, so that what was sent meanwhile stays between the calls it was sent between.
 */
export const currentCall = ({ turn, calls }: ThreadContext) => ({ turn, step: calls });
