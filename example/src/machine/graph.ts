import { threadMachine } from "convex-durable-agents/machines";

/** A state of the machine; `settled`, `running` and `preparing` hold others. */
export interface GraphState {
  /** Its path, such as `running.queued`. */
  path: string;
  /** Its last name. */
  name: string;
  /** It holds other states and is never the current one itself. */
  isGroup: boolean;
}

/** All ways from one state to another. */
export interface GraphEdge {
  /** `from -> to` */
  id: string;
  from: string;
  /** A state, or the group itself for what a group handles without leaving. */
  to: string;
  /** What leads there, with the name of its guard; empty for a state that is left at once. */
  events: { type: string; guard: string | null }[];
}

type StateNode = typeof threadMachine.root;

/** The guards that only keep strangers out; they say nothing about where a transition leads. */
const FENCES = new Set(["current", "currentTurn", "currentRevision", "holdsLease"]);

/** A state of its own in the picture: the start of a turn is worth showing, other transient states are passed through. */
const isShown = (node: StateNode): boolean => node.always === undefined || node.key === "begin";

/** The thread machine as a picture needs it, read from the machine itself. */
export function threadGraph(): { states: GraphState[]; edges: GraphEdge[] } {
  const nodes = descendants(threadMachine.root).filter(isShown);
  const edges = new Map<string, GraphEdge>();
  for (const node of nodes) {
    const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
    for (const { eventType, target, guard } of transitions) {
      const from = pathOf(node);
      const [entry] = (target ?? []) as StateNode[];
      for (const end of entry ? endsOf(entered(entry)) : [node]) {
        const to = pathOf(end);
        const id = `${from} -> ${to}`;
        const edge = edges.get(id) ?? { id, from, to, events: [] };
        if (eventType) edge.events.push({ type: eventType, guard: guardName(guard) });
        edges.set(id, edge);
      }
    }
  }
  const states = nodes.map((node) => ({
    path: pathOf(node),
    name: node.key,
    isGroup: Object.keys(node.states).length > 0,
  }));
  return { states, edges: [...edges.values()] };
}

const descendants = (node: StateNode): StateNode[] =>
  Object.values(node.states as Record<string, StateNode>).flatMap((child) => [child, ...descendants(child)]);

const pathOf = (node: StateNode) => node.path.join(".");

/** Where one arrives who enters a group: its initial state. */
function entered(node: StateNode): StateNode {
  const [initial] = node.initial.target as StateNode[];
  return initial ? entered(initial) : node;
}

/**
 * Where one comes to rest who enters a state: the state itself, or wherever it leads at once. What such a state leaves to another one
 * is shown with that one.
 */
const endsOf = (node: StateNode): StateNode[] =>
  isShown(node)
    ? [node]
    : (node.always ?? [])
        .flatMap(({ target }) => ((target ?? []) as StateNode[]).map(entered))
        .filter(isShown);

/** The guard's name, where it tells two ways of the same event apart. */
const guardName = (guard: unknown): string | null =>
  typeof guard === "string" && !FENCES.has(guard) ? guard : null;
