import type { EndedTurn } from "./endedTurn.js";
import type { ClockBudget, Place } from "./events.js";

/**
 * What a thread's transition asks its host to do, as data. The host runs them in the transaction
 * that saves the snapshot, so the row and the queue never disagree.
 */
export type ThreadEffect =
  /** Schedule the stream handler for this generation. */
  | { type: "enqueueStream"; params: { generation: number } }
  /** See to it that LEASE_EXPIRED arrives if this owner (or, with null, nobody) shows no life. */
  | { type: "armWatchdog"; params: { generation: number; lease: string | null } }
  /** Schedule RETRY_DUE after a backoff. */
  | { type: "scheduleRetry"; params: { generation: number; attempt: number; retryAfterMs: number | null } }
  /** Start the tool calls that the step committed. */
  | { type: "startTools"; params: { generation: number } }
  /** The stream's text is in a committed message now: the stream can go. */
  | { type: "retireStream"; params: { generation: number } }
  /** End a stream that has no committed message. `keep` turns what readers saw of it into one. */
  | { type: "abortStream"; params: { generation: number; keep: boolean } }
  /** Cancel the tool calls that have no outcome yet. */
  | { type: "cancelTools"; params: { generation: number } }
  /** Schedule TIME_UP for when the turn has run so long, in place of an earlier one; null: there is no such time. */
  | { type: "armTurnTimer"; params: { turn: number; time: { ms: number; budget: ClockBudget } | null } }
  /** Note what a turn came to. It comes once for each turn that ran. */
  | { type: "recordTurn"; params: EndedTurn }
  /** Delete messages from this position on, the ones of this turn and earlier, in batches, then tell TRUNCATED. */
  | { type: "truncate"; params: { from: Place; turn: number; revision: number } }
  /** Copy another thread's messages up to and with this position, in batches, then tell COPIED. */
  | { type: "copyHistory"; params: { source: string; upTo: Place; revision: number } }
  /** Unschedule whatever waits for this thread. Hygiene: correctness comes from the fences. */
  | { type: "cancelTimers" }
  /** Delete all that the thread owns, in batches, then tell it PURGED. */
  | { type: "purge" }
  /** Nothing is left but the thread's own row: it goes too. */
  | { type: "dropThread" };

/** The parameters of an effect, or undefined where it has none. */
export type ParamsOf<Effect extends { type: string }, T extends Effect["type"]> =
  Extract<Effect, { type: T }> extends { params: infer P } ? P : undefined;

/** Declares an effect to XState: the machine itself does nothing when it emits one. */
export const declareEffects =
  <Effect extends { type: string }>() =>
  <T extends Effect["type"]>(_type: T) =>
  (_: unknown, _params: ParamsOf<Effect, T>) => {};

/** What a tool call's transition asks its host to do, as data. */
export type ToolCallEffect =
  /** Schedule the handler for this epoch. */
  | { type: "executeTool"; params: { epoch: number; attempt: number } }
  /** Schedule RETRY_DUE after a backoff. */
  | { type: "scheduleToolRetry"; params: { epoch: number; attempt: number } }
  /** Schedule DEADLINE_PASSED after this many milliseconds, in place of an earlier one; null: there is no deadline. */
  | { type: "armDeadline"; params: { deadline: number; ms: number | null } }
  /** Unschedule the deadline. Hygiene: a stale one is fenced off. */
  | { type: "cancelDeadline" }
  /** Unschedule the handler if it has not begun. */
  | { type: "cancelExecutor" }
  /** The call has an outcome: if it was the step's last one, the thread is to hear of it. */
  | { type: "reportSettled" };
