import { getShortestPaths, getSimplePaths } from "@xstate/graph";
import { fromTransition } from "xstate";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  stepThread,
  stepToolCall,
  type ThreadEffect,
  type ThreadEvent,
  type ThreadSnapshot,
  type ToolCallEffect,
  type ToolCallEvent,
  type ToolCallPolicy,
  type ToolCallSnapshot,
  type TurnLimits,
} from "../../machines/index.js";
import type { Step } from "../../machines/step.js";
import { stateName } from "../../machines/thread/states.js";
import { LIMIT_SETS, OTHER, POLICIES, threadEvents, timeIn, toolCallEvents } from "./alphabet.js";

/** One event tried in one reachable state: accepted or not, both are edges. */
export interface Edge<S, E, F> {
  from: S;
  event: E;
  step: Step<S, F>;
  /** A shortest list of events from the start to `from`. */
  path: E[];
}

/** A reachable state, and a shortest list of events that leads to it. */
interface Reached<S, E> {
  snapshot: S;
  path: E[];
}

/** The whole reachable space of a machine, its unbounded counters abstracted away. */
export interface Graph<S, E, F> {
  /** By the state's key: two snapshots with one key differ in nothing that a guard can see. */
  states: Map<string, Reached<S, E>>;
  /** Every reachable state times every event. */
  edges: Edge<S, E, F>[];
  keyOf: (snapshot: S) => string;
}

export type ThreadEdge = Edge<ThreadSnapshot, ThreadEvent, ThreadEffect>;
export type ThreadGraph = Graph<ThreadSnapshot, ThreadEvent, ThreadEffect>;
export type ToolCallEdge = Edge<ToolCallSnapshot, ToolCallEvent, ToolCallEffect>;
export type ToolCallGraph = Graph<ToolCallSnapshot, ToolCallEvent, ToolCallEffect>;

/** How one machine is explored: where from, by which events, and which states count as one. */
interface Space<S, E, F> {
  start: S;
  step: (snapshot: S, event: E) => Step<S, F>;
  eventsOf: (snapshot: S) => E[];
  keyOf: (snapshot: S) => string;
}

/** The machine behind its step function, as @xstate/graph takes it. */
function traversal<S, E extends { type: string }, F>({ start, step, eventsOf, keyOf }: Space<S, E, F>) {
  const logic = fromTransition((snapshot: S, event: E) => step(snapshot, event).snapshot, start);
  const options = {
    events: ({ context }: { context: S }) => eventsOf(context),
    serializeState: ({ context }: { context: S }) => keyOf(context),
    limit: 1_000_000,
  };
  return { logic, options };
}

/** The events of one of @xstate/graph's paths, without the one it adds in front. */
const eventsOfPath = <E>(path: { steps: { event: unknown }[] }) =>
  path.steps.slice(1).map(({ event }) => event as E);

/** The same space, in which each event of each snapshot is listed and taken only once. */
function once<S extends object, E extends object, F>(space: Space<S, E, F>): Space<S, E, F> {
  const events = new WeakMap<S, E[]>();
  const steps = new WeakMap<S, Map<E, Step<S, F>>>();
  const eventsOf = (snapshot: S) => {
    const list = events.get(snapshot) ?? space.eventsOf(snapshot);
    events.set(snapshot, list);
    return list;
  };
  const step = (snapshot: S, event: E) => {
    let taken = steps.get(snapshot);
    if (!taken) steps.set(snapshot, (taken = new Map<E, Step<S, F>>()));
    const found = taken.get(event) ?? space.step(snapshot, event);
    taken.set(event, found);
    return found;
  };
  return { ...space, eventsOf, step };
}

function explore<S extends object, E extends { type: string }, F>(given: Space<S, E, F>): Graph<S, E, F> {
  const space = once(given);
  const { logic, options } = traversal(space);
  const states = new Map<string, Reached<S, E>>();
  for (const found of getShortestPaths(logic, options)) {
    const path = eventsOfPath<E>(found);
    // Replayed, since a key may stand for snapshots whose generations differ: this is the one the path leads to.
    const snapshot = path.reduce((reached, event) => space.step(reached, event).snapshot, space.start);
    states.set(space.keyOf(snapshot), { snapshot, path });
  }
  const edges = [...states.values()].flatMap(({ snapshot, path }) =>
    space
      .eventsOf(snapshot)
      .map((event) => ({ from: snapshot, event, step: space.step(snapshot, event), path })),
  );
  return { states, edges, keyOf: space.keyOf };
}

/** No exploration takes longer bounds than this. */
const LONGEST_BOUND = 8;

/** A counter as far as it is distinguished: it stops one past its bound, so that a broken machine is finite too. */
const counted = (value: number, bound: number) => Math.min(value, bound + 1, LONGEST_BOUND + 1);

/** More messages that wait than so many are not told apart. */
const MOST_WAITING = 2;

/** What was spent of a budget, as far as it is distinguished; nothing if there is none. */
const spent = (used: number, budget: number | null) => (budget === null ? 0 : Math.min(used, budget + 1));

/** What a thread's guards can see of it, where all its turns have the same kinds of budgets. */
export function threadKey({ value, context }: ThreadSnapshot, mostWaiting = MOST_WAITING): string {
  const { attempt, maxAttempts, steps, maxSteps, stopReason, error, lease } = context;
  const { maxTurnMs, maxTurnTokens, maxTurnCost, maxThreadMs, maxThreadTokens, maxThreadCost } = context;
  const counters = [counted(attempt, maxAttempts), maxAttempts, counted(steps, maxSteps), maxSteps];
  const messages = [context.queued, context.steered].map((count) =>
    Math.max(-1, Math.min(count, mostWaiting)),
  );
  const budgets = [maxTurnMs, maxTurnTokens, maxTurnCost, maxThreadMs, maxThreadTokens, maxThreadCost];
  const used = [
    spent(context.tokens.total, maxTurnTokens),
    spent(context.cost, maxTurnCost),
    spent(context.threadTokens, maxThreadTokens),
    spent(context.threadCost, maxThreadCost),
    spent(context.threadMs, maxThreadMs),
  ];
  const rest = [stopReason, error?.code ?? null, lease !== null];
  return JSON.stringify([value, ...counters, ...messages, ...budgets, ...used, ...rest]);
}

/** What a tool call's guards can see of it. */
export function toolCallKey({ value, context }: ToolCallSnapshot): string {
  const { kind, attempt, maxAttempts, retryOnCrash, needsApproval, timeoutMs, error, epoch } = context;
  const policy = [kind, maxAttempts, retryOnCrash, needsApproval, timeoutMs];
  return JSON.stringify([
    value,
    ...policy,
    Math.min(attempt, maxAttempts + 1),
    Math.min(epoch, 2),
    error?.code,
  ]);
}

const threadSpace = (step: typeof stepThread, limits: TurnLimits[], mostWaiting = MOST_WAITING) => ({
  start: createThreadSnapshot(),
  step: (snapshot: ThreadSnapshot, event: ThreadEvent) => step(snapshot, event, timeIn(snapshot)),
  eventsOf: (snapshot: ThreadSnapshot) => threadEvents(snapshot, limits),
  keyOf: (snapshot: ThreadSnapshot) => threadKey(snapshot, mostWaiting),
});

/**
 * Explores the thread machine from a new thread on, once for each set of limits. Smaller sets make a smaller space,
 * for hosts that take milliseconds an edge, and so does a smaller number of messages that are told apart; another
 * `step` explores a machine that is broken on purpose.
 */
export function exploreThread({
  step = stepThread,
  limitSets = LIMIT_SETS,
  mostWaiting,
}: { step?: typeof stepThread; limitSets?: TurnLimits[][]; mostWaiting?: number } = {}): ThreadGraph {
  const spaces = limitSets.map((limits) => threadSpace(step, limits, mostWaiting));
  const graphs = spaces.map((space) => explore<ThreadSnapshot, ThreadEvent, ThreadEffect>(space));
  return united(graphs, spaces[0]!.keyOf);
}

/** Several graphs as one. A state that several have is taken from the last, with all its edges. */
function united<S, E, F>(graphs: Graph<S, E, F>[], keyOf: (snapshot: S) => string): Graph<S, E, F> {
  return {
    states: new Map(graphs.flatMap(({ states }) => [...states])),
    edges: graphs.flatMap(({ edges }) => edges),
    keyOf,
  };
}

/** Explores the tool call machine from every policy that a call can be created with. */
export function exploreToolCall({
  step = stepToolCall,
  policies = POLICIES,
}: { step?: typeof stepToolCall; policies?: ToolCallPolicy[] } = {}): ToolCallGraph {
  const graphs = policies.map((policy) =>
    explore<ToolCallSnapshot, ToolCallEvent, ToolCallEffect>({
      start: createToolCallSnapshot(policy),
      step,
      eventsOf: toolCallEvents,
      keyOf: toolCallKey,
    }),
  );
  return united(graphs, toolCallKey);
}

/** A shortest list of events to every reachable state of the thread machine. */
export function shortestThreadPaths(size: Parameters<typeof exploreThread>[0] = {}): ThreadEvent[][] {
  return [...exploreThread(size).states.values()].map(({ path }) => path);
}

/** A shortest list of events to every reachable state of each tool call. */
export function shortestToolCallPaths(
  policies: ToolCallPolicy[] = POLICIES,
): { policy: ToolCallPolicy; path: ToolCallEvent[] }[] {
  return policies.flatMap((policy) =>
    [...exploreToolCall({ policies: [policy] }).states.values()].map(({ path }) => ({ policy, path })),
  );
}

/** The ways in which users change the course of a turn: there are too many paths with each of them at every point. */
const DETOURS: ThreadEvent["type"][] = [
  ...(["STEER", "INTERRUPT", "WITHDRAW", "REWIND", "TRUNCATED", "FORK", "TIME_UP"] as const),
];

/**
 * Every way through one turn that visits no state twice, up to where the thread settles. All the simple paths
 * of the whole machine are too many to be of use: a turn may follow a turn, and users may change its course.
 */
export function simpleTurns(limits: TurnLimits): ThreadEvent[][] {
  const space = threadSpace(stepThread, [limits], 1);
  const isOurs = (event: ThreadEvent) =>
    !DETOURS.includes(event.type) && (!("lease" in event) || event.lease !== OTHER);
  const { logic, options } = traversal({
    ...space,
    eventsOf: (snapshot) => space.eventsOf(snapshot).filter(isOurs),
  });
  const isOver = ({ context }: { context: ThreadSnapshot }) =>
    ["completed", "failed", "stopped", "deleting", "deleted"].includes(stateName(context));
  return getSimplePaths(logic, { ...options, stopWhen: isOver })
    .map(({ steps }) => rebased(steps.map(({ state, event }) => ({ to: state.context, event }))))
    .filter((path) => path.length > 0);
}

/** A path's events with the generations that a thread which takes it really has: its states stand for others, too. */
function rebased(steps: { to: ThreadSnapshot; event: { type: string } }[]): ThreadEvent[] {
  const path: ThreadEvent[] = [];
  let snapshot = createThreadSnapshot();
  let shown = snapshot;
  for (const { to, event } of steps.slice(1)) {
    const lag = snapshot.context.generation - shown.context.generation;
    const given = event as ThreadEvent;
    const real = "generation" in given ? { ...given, generation: given.generation + lag } : given;
    path.push(real);
    snapshot = stepThread(snapshot, real, timeIn(snapshot)).snapshot;
    shown = to;
  }
  return path;
}
