import type { Failure } from "../failure.js";
import { turnTime, type ClockBudget } from "./budgets.js";
import { currentCall, type StopReason, type ThreadContext } from "./context.js";
import type { Place, TimedThreadEvent } from "./events.js";
import type { Tokens } from "./tokens.js";

/** How a turn ended. */
export type TurnOutcome = "completed" | "failed" | "stopped" | "interrupted" | "rewound" | "deleted";

/** A turn that has ended. Times are in milliseconds since the epoch. */
export interface EndedTurn {
  turn: number;
  steps: number;
  tokens: Tokens;
  /** In the unit of the app's prices. */
  cost: number;
  startedAt: number;
  endedAt: number;
  outcome: TurnOutcome;
  /** Why it was stopped; null if it was not. */
  stopReason: StopReason | null;
  /** Why it failed; null if it did not. */
  error: Failure | null;
  /** How often its last step was tried. */
  attempts: number;
}

/**
 * What a thread's transition asks its host to do, as data. The host runs the effects in the transaction that saves the
 * snapshot, so that the row and the queue never disagree.
 */
export type ThreadEffect =
  /**
   * Store the message that comes with the event, if one does. Step 0 begins the turn, a whole number is a model call's
   * answer, and a message halfway between two calls was sent between them.
   */
  | { type: "placeMessage"; params: { turn: number; step: number } }
  /** Delete the message that the event takes back. */
  | { type: "removeMessage" }
  /** Schedule the stream handler for this generation. */
  | { type: "enqueueStream"; params: { generation: number } }
  /** Hand this generation, and with it the next step, to the stream handler that sent the event. */
  | { type: "continueStream"; params: { generation: number } }
  /** Send LEASE_EXPIRED if this lease holder shows no sign of life or, with null, if no handler starts. */
  | { type: "armWatchdog"; params: { generation: number; lease: string | null } }
  /** Schedule RETRY_DUE after a backoff. */
  | { type: "scheduleRetry"; params: { generation: number; attempt: number; retryAfterMs: number | null } }
  /** Start the tool calls that the step asked for: the answer at this place. */
  | { type: "startTools"; params: { generation: number; turn: number; step: number } }
  /** The stream's text is in a committed message: delete the stream. */
  | { type: "retireStream"; params: { generation: number } }
  /**
   * End a stream that has no committed message: nobody writes to it any more. `keep` turns what readers have seen of it into
   * a message, soon after.
   */
  | { type: "abortStream"; params: { generation: number; keep: boolean } }
  /** Cancel the tool calls that have no outcome yet, soon after: none of them begins any more. */
  | { type: "cancelTools"; params: { generation: number } }
  /** Schedule TIME_UP for when the turn's time is over, in place of an earlier one; null: its time is unlimited. */
  | { type: "armTurnTimer"; params: { turn: number; time: { ms: number; budget: ClockBudget } | null } }
  /** Record a turn that has ended. Comes once for each turn that ran. */
  | { type: "recordTurn"; params: EndedTurn }
  /** Delete messages from this place on, those of this turn and earlier, in batches; then send TRUNCATED. */
  | { type: "truncate"; params: { from: Place; turn: number; revision: number } }
  /** Copy another thread's messages up to and with this place, in batches; then send COPIED. */
  | { type: "copyHistory"; params: { source: string; upTo: Place; revision: number } }
  /** Cancel whatever is scheduled for this thread. It saves work; the fences keep what comes late out. */
  | { type: "cancelTimers" }
  /** Delete all that the thread owns, in batches; then send PURGED. */
  | { type: "purge" }
  /** Delete the thread's own row, which is all that is left. */
  | { type: "dropThread" };

type EffectType = ThreadEffect["type"];
type ParamsOf<T extends EffectType> =
  Extract<ThreadEffect, { type: T }> extends { params: infer P } ? P : undefined;

/** The parameters that an effect has in the chart, as plain data; `step` completes them. */
export interface ThreadChartParams {
  placeMessage: { at: "nextTurn" | "thisTurn" | "call" | "afterCall" };
  abortStream: { keep: boolean };
  recordTurn: { outcome: TurnOutcome };
}

type ChartParamsOf<T extends EffectType> = T extends keyof ThreadChartParams
  ? ThreadChartParams[T]
  : undefined;

type EventOf<T> = Extract<TimedThreadEvent, { type: T }>;

const PLACES: Record<
  ThreadChartParams["placeMessage"]["at"],
  (context: ThreadContext) => ParamsOf<"placeMessage">
> = {
  nextTurn: ({ turn }) => ({ turn: turn + 1, step: 0 }),
  thisTurn: ({ turn }) => ({ turn, step: 0 }),
  call: currentCall,
  afterCall: (context) => ({ turn: context.turn, step: currentCall(context).step + 0.5 }),
};

const ofGeneration = ({ generation }: ThreadContext) => ({ generation });
const nothing = () => undefined;

/** Completes the chart's effects with fences, places and times, as they are when the effect's turn has come. */
export const THREAD_EFFECTS: {
  [T in EffectType]: (
    context: ThreadContext,
    event: TimedThreadEvent,
    chart: ChartParamsOf<T>,
  ) => ParamsOf<T>;
} = {
  placeMessage: (context, _event, { at }) => PLACES[at](context),
  removeMessage: nothing,
  enqueueStream: ofGeneration,
  continueStream: ofGeneration,
  armWatchdog: ({ generation, lease }) => ({ generation, lease }),
  scheduleRetry: ({ generation, attempt }, event) => ({
    generation,
    attempt,
    retryAfterMs: event.type === "STREAM_FAILED" ? event.retryAfterMs : null,
  }),
  startTools: (context) => ({ generation: context.generation, ...currentCall(context) }),
  retireStream: ofGeneration,
  abortStream: ({ generation }, _event, { keep }) => ({ generation, keep }),
  cancelTools: ofGeneration,
  armTurnTimer: (context) => ({ turn: context.turn, time: turnTime(context) }),
  recordTurn: (context, { at }, { outcome }) => ({
    turn: context.turn,
    steps: context.steps,
    tokens: context.tokens,
    cost: context.cost,
    startedAt: context.startedAt,
    endedAt: at,
    outcome,
    stopReason: context.stopReason,
    error: outcome === "failed" ? context.error : null,
    attempts: context.attempt,
  }),
  truncate: ({ turn, revision }, event) => ({ from: (event as EventOf<"REWIND">).from, turn, revision }),
  copyHistory: ({ revision }, event) => {
    const { source, upTo } = event as EventOf<"FORK">;
    return { source, upTo, revision };
  },
  cancelTimers: nothing,
  purge: nothing,
  dropThread: nothing,
};
