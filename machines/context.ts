import { DEFAULT_TURN_LIMITS, type Failure, type TurnLimits } from "./events.js";

/** Why a thread is `stopped`: its user said so, or the turn reached its bound on steps. */
export type StopReason = "user" | "maxSteps";

/** The thread's extended state. Its size does not depend on the thread's length. */
export interface ThreadContext extends TurnLimits {
  /** Fencing token: one more each time a stream handler is enqueued. */
  generation: number;
  /** One more each time a turn begins; messages of a later turn are invisible to the model until then. */
  turn: number;
  /** Which stream handler owns the step, or null. */
  lease: string | null;
  /** The attempt at the current step, from 1. */
  attempt: number;
  /** Model calls that this turn has completed. */
  steps: number;
  /** A user message waits for the next turn. */
  queued: boolean;
  /** Why the thread is stopped; null elsewhere. */
  stopReason: StopReason | null;
  /** What the last attempt failed with; only in `failed` and `backoff`. */
  error: Failure | null;
}

/** The context of a thread that was just created. */
export const initialThreadContext: ThreadContext = {
  generation: 0,
  turn: 0,
  lease: null,
  attempt: 1,
  steps: 0,
  queued: false,
  stopReason: null,
  error: null,
  ...DEFAULT_TURN_LIMITS,
};
