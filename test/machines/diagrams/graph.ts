import type { AnyStateMachine, AnyStateNode } from "xstate";
import type { ChartEdge, ChartState, Way } from "../../../src/devtools/chart/chart.js";
import { EVENT_WORDS, NO_BUDGET } from "../../../src/devtools/chart/eventWords.js";
import { threadStatus, type ThreadState, stateValue } from "../../../machines/thread/states.js";
import { guardWords, isTransient, type Transition } from "./mermaid.js";

export type GraphState = Omit<ChartState, "x" | "y" | "width" | "height">;
export type GraphEdge = Pick<ChartEdge, "from" | "to" | "ways"> & { lines: string[] };

/** A machine as states and the edges between them, before they have places. */
export interface Graph {
  states: GraphState[];
  edges: GraphEdge[];
}

const pathOf = ({ path }: AnyStateNode) => path.join(".");

const descendants = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...descendants(child)]);

/** What a state does with each event, and at once. */
const transitionsOf = (node: AnyStateNode): Transition[] => [
  ...([...node.transitions.values()].flat() as Transition[]),
  ...((node.always ?? []) as Transition[]),
];

const wayOf = (transition: Transition): Way => ({
  event: transition.eventType,
  guard: guardWords(transition).join(", "),
});

function kindOf(node: AnyStateNode): GraphState["kind"] {
  if (Object.keys(node.states).length > 0) return "group";
  if (node.type === "final") return "final";
  return isTransient(node) ? "transient" : "state";
}

const stateOf = (node: AnyStateNode): GraphState => ({
  path: pathOf(node),
  name: node.key,
  kind: kindOf(node),
  description: node.description ?? "",
  // A transition to nowhere without actions only refuses what the group around would take.
  stays: transitionsOf(node)
    .filter(({ target, actions }) => target === undefined && actions.length > 0)
    .map(wayOf),
  decides: [
    ...new Set(
      transitionsOf(node).flatMap(({ guard, eventType }) => (guard || eventType === "" ? [] : [eventType])),
    ),
  ],
});

/** The dot of a machine or a group, and the way from it. */
function initialOf(node: AnyStateNode): Graph {
  const [first] = node.initial.target as AnyStateNode[];
  if (!first) return { states: [], edges: [] };
  const path = [...node.path, "initial"].join(".");
  const dot: GraphState = { path, name: "", kind: "initial", description: "", stays: [], decides: [] };
  return { states: [dot], edges: [{ from: path, to: pathOf(first), ways: [], lines: [] }] };
}

/** Edges with the same ends, as one. */
function joined(edges: GraphEdge[]): GraphEdge[] {
  const byEnds = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    const known = byEnds.get(key) ?? { ...edge, ways: [], lines: [] };
    const isKnown = (way: Way) =>
      known.ways.some(({ event, guard }) => event === way.event && guard === way.guard);
    byEnds.set(key, {
      ...known,
      ways: [...known.ways, ...edge.ways.filter((way) => !isKnown(way))],
      lines: [...new Set([...known.lines, ...edge.lines])],
    });
  }
  return [...byEnds.values()];
}

/** A machine with all its states and transitions. */
export function fullGraph(machine: AnyStateMachine): Graph {
  const nodes = descendants(machine.root);
  const dots = [machine.root, ...nodes.filter((node) => kindOf(node) === "group")].map(initialOf);
  const edges = nodes.flatMap((node) =>
    transitionsOf(node).flatMap((transition) =>
      (transition.target ?? []).map((target) => ({
        from: pathOf(node),
        to: pathOf(target as AnyStateNode),
        ways: [wayOf(transition)],
        lines: transition.eventType === "" ? [] : [transition.eventType],
      })),
    ),
  );
  return {
    states: [...dots.flatMap(({ states }) => states), ...nodes.map(stateOf)],
    edges: [...dots.flatMap(({ edges }) => edges), ...joined(edges)],
  };
}

/** A machine without its labels. */
export function bareGraph(machine: AnyStateMachine): Graph {
  const { states, edges } = fullGraph(machine);
  return { states, edges: edges.map((edge) => ({ ...edge, lines: [] })) };
}

const STATUSES: Record<string, { name: string; description: string }> = {
  completed: {
    name: "completed",
    description: "Nothing runs: the last turn ended with an answer, or there was none.",
  },
  streaming: { name: "streaming", description: "A turn runs: the model answers, or is about to." },
  awaiting_tool_results: {
    name: "awaiting tool results",
    description: "A turn runs: its tool calls run, or wait for people.",
  },
  failed: {
    name: "failed",
    description: "Nothing runs: the last turn ran out of attempts, or no attempt can help.",
  },
  stopped: {
    name: "stopped",
    description: "Nothing runs: the last turn was stopped, by its user or by a limit.",
  },
};

/** A thread as the world sees it: its five public statuses, and what leads from one to the next. */
export function statusGraph(machine: AnyStateMachine): Graph {
  const nodes = descendants(machine.root).filter((node) => kindOf(node) !== "group");
  const edges = nodes
    .filter((node) => !isTransient(node))
    .flatMap((node) =>
      [node, node.parent!].flatMap(transitionsOf).flatMap((transition) =>
        (transition.target ?? []).flatMap((target) =>
          endsOf(target as AnyStateNode, false).map(({ end, isLimit }) => ({
            from: statusOf(node),
            to: statusOf(end),
            ways: [{ event: transition.eventType, guard: isLimit ? NO_BUDGET : "" }],
            lines: [isLimit ? NO_BUDGET : (EVENT_WORDS[transition.eventType] ?? transition.eventType)],
          })),
        ),
      ),
    );
  const states = Object.entries(STATUSES).map(([path, words]): GraphState => ({
    path,
    ...words,
    kind: "state",
    stays: [],
    decides: [],
  }));
  const dot: GraphState = {
    path: "initial",
    name: "",
    kind: "initial",
    description: "",
    stays: [],
    decides: [],
  };
  const shown = edges.filter(({ from, to }) => from !== to && STATUSES[from] && STATUSES[to]);
  return {
    states: [dot, ...states],
    edges: [{ from: "initial", to: "completed", ways: [], lines: [] }, ...joined(shown)],
  };
}

const statusOf = ({ key }: AnyStateNode) => threadStatus({ value: stateValue(key as ThreadState) });

/** Where one comes to rest who enters a state, and whether a limit has led there. */
function endsOf(node: AnyStateNode, isLimit: boolean): { end: AnyStateNode; isLimit: boolean }[] {
  const [first] = kindOf(node) === "group" ? (node.initial.target as AnyStateNode[]) : [];
  if (first) return endsOf(first, isLimit);
  if (!isTransient(node)) return [{ end: node, isLimit }];
  return (node.always as Transition[]).flatMap(({ target, actions }) => {
    const reaches = (actions as (string | { type: string })[]).some(
      (action) => (typeof action === "string" ? action : action.type) === "stoppedByBudget",
    );
    return (target as AnyStateNode[]).flatMap((next) => endsOf(next, isLimit || reaches));
  });
}
