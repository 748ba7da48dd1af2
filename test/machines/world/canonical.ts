import { NO_TOKENS } from "../../../machines/thread/tokens.js";
import type { ThreadEvent, ThreadSnapshot } from "../../../machines/index.js";
import { interned, numberOf } from "./intern.js";
import type { Call, ThreadTimer, World } from "./world.js";

/** The list in an order that does not depend on how it came about. */
function ordered<T>(list: T[]): T[] {
  if (list.length < 2) return list;
  const keyed = list.map((one): [string, T] => [JSON.stringify(one), one]);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}

/** The lease of the runner of a generation: the second one only exists where an action is delivered twice. */
export const leaseOf = (generation: number, isSecond = false): string =>
  `${generation}${isSecond ? "b" : ""}`;

function shiftLease<L extends string | null>(lease: L, by: number): L {
  if (lease === null) return lease;
  return leaseOf(Number.parseInt(lease, 10) - by, lease.endsWith("b")) as L;
}

/** The counters that only grow, of which all that matters is how far something is behind. */
type Counters = Pick<ThreadSnapshot["context"], "generation" | "turn" | "revision">;

function shiftEvent(event: ThreadEvent, { generation: by, turn, revision }: Counters): ThreadEvent {
  const { generation, lease } = event as { generation?: number; lease?: string | null };
  return {
    ...event,
    ...("turn" in event ? { turn: event.turn - turn } : {}),
    ...("revision" in event ? { revision: event.revision - revision } : {}),
    ...(generation === undefined ? {} : { generation: generation - by }),
    ...(lease === undefined ? {} : { lease: shiftLease(lease, by) }),
  } as ThreadEvent;
}

const canonicalThreads = new WeakMap<ThreadSnapshot, ThreadSnapshot>();

/** The thread's snapshot as of generation 0 and turn 0. */
function canonicalThread(thread: ThreadSnapshot): ThreadSnapshot {
  const known = canonicalThreads.get(thread);
  if (known) return known;
  const { generation, lease, tokens, threadTokens, threadCost, threadMs, ...rest } = thread.context;
  const { maxTurnTokens, maxTurnCost, maxThreadTokens, maxThreadCost, maxThreadMs } = rest;
  const context = {
    ...rest,
    ...{
      generation: 0,
      turn: 0,
      revision: 0,
      calls: 0,
      startedAt: 0,
      lease: shiftLease(lease, generation),
    },
    tokens: maxTurnTokens === null ? NO_TOKENS : tokens,
    cost: maxTurnCost === null ? 0 : rest.cost,
    threadCost: maxThreadCost === null ? 0 : Math.min(threadCost, maxThreadCost),
    threadTokens: maxThreadTokens === null ? 0 : Math.min(threadTokens, maxThreadTokens),
    threadMs: maxThreadMs === null ? 0 : Math.min(threadMs, maxThreadMs),
  };
  const one = interned({ ...thread, context });
  canonicalThreads.set(thread, one);
  return one;
}

/** Nothing can change a call that has its outcome and nothing under way. */
const matters = ({ snapshot, jobs, executors, timers, late }: Call) =>
  typeof snapshot.value !== "string" || jobs.length + executors.length + timers.length + late.length > 0;

/**
 * The same world in its one normal form: the current generation, turn and revision are 0, lists that have no
 * order are sorted, and calls that are over and done with are left out.
 */
export function canonical(world: World): World {
  const counters = world.thread.context;
  const by = counters.generation;
  const moved = <T extends { generation: number }>(one: T): T => ({
    ...one,
    generation: one.generation - by,
  });
  const leased = <T extends { generation: number; lease: string | null }>(one: T): T => ({
    ...moved(one),
    lease: shiftLease(one.lease, by),
  });
  const moveTimer = (timer: ThreadTimer): ThreadTimer => {
    if (timer.type === "purge" || timer.type === "cleanup") return timer;
    if (timer.type === "turn") return { ...timer, turn: timer.turn - counters.turn };
    if ("revision" in timer) return { ...timer, revision: timer.revision - counters.revision };
    return moved(timer);
  };
  const orderCall = (call: Call): Call => ({
    ...moved(call),
    jobs: ordered(call.jobs),
    executors: ordered(call.executors),
    timers: ordered(call.timers),
    late: ordered(call.late),
  });
  return {
    ...world,
    thread: canonicalThread(world.thread),
    calls: ordered(world.calls.filter(matters).map(orderCall)),
    jobs: ordered(world.jobs.map((generation) => generation - by)),
    handlers: ordered(world.handlers.map(leased)),
    timers: ordered(world.timers.map(moveTimer)),
    late: ordered(world.late.map((event) => shiftEvent(event, counters))),
    streams: ordered(world.streams.map((generation) => generation - by)),
  };
}

const text = (list: unknown[]) => (list.length === 0 ? "" : JSON.stringify(list));

function callText({ generation, snapshot, jobs, executors, timers, late, ...rest }: Call): string {
  const { runs, doubtedEpoch, isApproved, isTimed, deadline } = rest;
  const flags = [runs, doubtedEpoch, Number(isApproved), Number(isTimed), deadline];
  const own = [generation, numberOf(snapshot), ...flags].join(":");
  return own + text(jobs) + text(executors) + text(timers) + text(late);
}

/** A short text that only equal worlds in normal form share. */
export function keyOfWorld({ thread, calls, jobs, handlers, timers, late, streams, ...rest }: World): string {
  const { faults, users, isUnharmed, unread, isCommitted, edit, isWatched, isGivenUp, isUntidy } = rest;
  const own = [
    numberOf(thread),
    faults,
    users,
    unread.queued,
    unread.steered,
    Number(isUnharmed),
    Number(isCommitted),
    edit,
    Number(isWatched),
    Number(isGivenUp),
    Number(isUntidy),
    jobs.join(),
    streams.join(),
  ];
  const lists = [text(handlers), text(timers), text(late), ...calls.map(callText)];
  return [...own, ...lists].join("|");
}
