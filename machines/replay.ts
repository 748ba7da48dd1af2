import type { Failure } from "./failure.js";
import type { ThreadSnapshot } from "./snapshot.js";
import { stepThread } from "./step.js";
import { restoreThread, type StoredThread } from "./stored.js";
import { LIMITS, type TurnLimits } from "./thread/budgets.js";
import type { ThreadContext } from "./thread/context.js";
import type { EventDetails } from "./thread/details.js";
import type { ThreadEvent, TimedThreadEvent } from "./thread/events.js";
import { statePath } from "./thread/states.js";
import { wholeTokens } from "./thread/tokens.js";

/** An entry of a thread's log, as `listTransitions` returns it. */
export interface LoggedTransition {
  seq: number;
  event: string;
  /** The state after it, as its path. */
  to: string;
  at: number;
  details?: EventDetails;
  /** The state after it, on entries that say more than their event: the first, and those that begin a turn. */
  snapshot?: StoredThread;
}

/** An event of a thread's past, and the states around it. */
export interface ReplayedEvent {
  seq: number;
  /** The event as `stepThread` takes it. Leases, and places in the database, are made up. */
  event: TimedThreadEvent;
  /** Null where the log begins. */
  before: ThreadSnapshot | null;
  snapshot: ThreadSnapshot;
  /** Whether the machine leads where the log says. If not, another version of it wrote the log. */
  agrees: boolean;
}

/**
 * The states that a thread went through, from its log: from the first entry on that has a snapshot.
 *
 * @param log - oldest first, without gaps.
 * @example
 * const { transitions } = await client.query(api.chat.listTransitions, { threadId });
 * const states = replayThread(transitions.toReversed());
 */
export function replayThread(log: readonly LoggedTransition[]): ReplayedEvent[] {
  const replayed: ReplayedEvent[] = [];
  let before: ThreadSnapshot | null = null;
  for (const entry of log) {
    const base: ThreadSnapshot | null = entry.snapshot ? restoreThread(entry.snapshot) : null;
    if (!before && !base) continue;
    const event = eventOf(entry, before?.context ?? base!.context, base);
    const stepped: ThreadSnapshot | null = before && stepThread(before, event, entry.at).snapshot;
    const snapshot: ThreadSnapshot = base ?? stepped!;
    const agrees = statePath(stepped ?? snapshot) === entry.to;
    replayed.push({ seq: entry.seq, event, before, snapshot, agrees });
    before = snapshot;
  }
  return replayed;
}

type Fields<T extends ThreadEvent["type"]> = Omit<Extract<ThreadEvent, { type: T }>, "type">;

/** What an event is made of: the thread's context before it, what the log says of it, and the limits that it brought. */
interface Sources {
  context: ThreadContext;
  details: EventDetails;
  limits: { limits?: TurnLimits };
}

const NOWHERE = { position: 0, creationTime: 0 };
const UNKNOWN: Failure = { code: "unknown", message: "The log does not say what it was." };

const limitsOnly = ({ limits }: Sources) => limits;
const ofGeneration = ({ context: { generation } }: Sources) => ({ generation });
const ofHolder = ({ context: { generation, lease } }: Sources) => ({ generation, lease: lease ?? "" });
const ofRevision = ({ context: { revision } }: Sources) => ({ revision });
const failure = ({ details: { error = UNKNOWN } }: Sources) => ({ error });
const nothing = () => ({});

const EVENTS: { [T in ThreadEvent["type"]]: (sources: Sources) => Fields<T> } = {
  SEND: limitsOnly,
  STEER: limitsOnly,
  INTERRUPT: limitsOnly,
  RESUME: limitsOnly,
  WITHDRAW: ({ context, details: { turn = context.turn + 1, step = 0 } }) => ({ turn, step }),
  APPEND: nothing,
  REWIND: ({ limits }) => ({ from: NOWHERE, ...limits }),
  TRUNCATED: ofRevision,
  FORK: ({ details: { turn = 0 }, limits }) => ({ source: "", upTo: NOWHERE, turn, ...limits }),
  COPIED: ofRevision,
  STOP: nothing,
  DELETE: nothing,
  PURGED: nothing,
  STREAM_STARTED: ({ context: { generation } }) => ({ generation, lease: `lease-${generation}` }),
  STREAM_FINISHED: (sources) => {
    const { toolCalls = 0, tokens, cost } = sources.details;
    return { ...ofHolder(sources), toolCalls, tokens: tokens && wholeTokens(tokens), cost };
  },
  STREAM_FAILED: (sources) => {
    const { retryable = false, retryAfterMs = null } = sources.details;
    return { ...ofHolder(sources), retryable, retryAfterMs, ...failure(sources) };
  },
  LEASE_EXPIRED: ({ context: { generation, lease } }) => ({ generation, lease }),
  ENQUEUE_FAILED: (sources) => ({ ...ofGeneration(sources), ...failure(sources) }),
  GIVE_UP: failure,
  RETRY_DUE: ofGeneration,
  TOOLS_SETTLED: ofGeneration,
  STREAM_CONTINUED: ofHolder,
  TIME_UP: ({ context: { turn }, details: { budget = "maxTurnMs" } }) => ({ turn, budget }),
};

/** The event of an entry: what the state before it says is taken from there. */
function eventOf(
  { event, at, details = {} }: LoggedTransition,
  context: ThreadContext,
  base: ThreadSnapshot | null,
): TimedThreadEvent {
  const type = event as ThreadEvent["type"];
  const limits = base ? { limits: limitsOf(base.context) } : {};
  return { type, at, ...EVENTS[type]({ context, details, limits }) } as TimedThreadEvent;
}

const limitsOf = (context: ThreadContext): TurnLimits =>
  Object.fromEntries(LIMITS.map((name) => [name, context[name]])) as unknown as TurnLimits;

/** A stretch of a thread's past as plain data, which a test of the machine can keep. */
export interface RecordedHistory {
  start: ThreadSnapshot;
  /** What happened then, and the state that each event led to, as its path. */
  events: { event: TimedThreadEvent; state: string }[];
}

/**
 * A log as a history for a test: from the first entry on that has a snapshot.
 *
 * @param log - oldest first, without gaps.
 * @returns null where no entry has a snapshot.
 * @example
 * const { start, events } = history;
 * let snapshot = start;
 * for (const { event, state } of events) {
 *   ({ snapshot } = stepThread(snapshot, event, event.at));
 *   expect(describeThread(snapshot).state).toBe(state);
 * }
 */
export function recordHistory(log: readonly LoggedTransition[]): RecordedHistory | null {
  const [first, ...rest] = replayThread(log);
  if (!first) return null;
  const events = rest.map(({ event, snapshot }) => ({ event, state: statePath(snapshot) }));
  return { start: first.snapshot, events };
}
