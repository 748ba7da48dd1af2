import { threadMachine } from "convex-durable-agents/machines";

/** A state of the machine; `running` holds others. */
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
const FENCES = new Set(["current", "currentTurn", "currentRevision", "owns"]);

/** The thread machine as a picture needs it, read from the machine itself. */
export function threadGraph(): { states: GraphState[]; edges: GraphEdge[] } {
  const nodes = descendants(threadMachine.root);
  const edges = new Map<string, GraphEdge>();
  for (const node of nodes) {
    const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
    for (const { eventType, target, guard } of transitions) {
      const from = pathOf(node);
      const [entry] = (target ?? []) as StateNode[];
      const to = pathOf(entry ? entered(entry) : node);
      const id = `${from} -> ${to}`;
      const edge = edges.get(id) ?? { id, from, to, events: [] };
      if (eventType) edge.events.push({ type: eventType, guard: guardName(guard) });
      edges.set(id, edge);
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

/** The part of a guard that tells two ways of the same event apart. */
function guardName(guard: unknown): string | null {
  if (typeof guard === "string") return FENCES.has(guard) ? null : guard;
  if (typeof guard !== "function" || !("guards" in guard)) return null;
  return (guard.guards as unknown[]).map(guardName).find((name) => name !== null) ?? null;
}
