import { toDirectedGraph, type DirectedGraphNode } from "@xstate/graph";
import type {
  AnyEventObject,
  AnyStateMachine,
  AnyStateNode,
  MachineContext,
  TransitionDefinition,
} from "xstate";

type Transition = TransitionDefinition<MachineContext, AnyEventObject>;

/** Guards by the words that fit on an arrow. */
const GUARD_WORDS: Record<string, string> = {
  current: "",
  currentDeadline: "",
  currentTurn: "",
  currentRevision: "",
  owns: "",
  attemptsLeft: "attempts left",
  budgetLeft: "budget left",
  budgetLeftAfterIt: "budget left",
  hasToolCalls: "tool calls",
  messageWaits: "message waits",
  messageSteered: "steered",
  isThere: "it waits",
  isRetryable: "retryable",
  mayRunAgain: "may run again",
  isAsync: "async",
  isSync: "sync",
  needsApproval: "needs approval",
};

/** The names in a guard, whether it stands alone or in `and([...])`. */
function guardNames(guard: unknown): string[] {
  if (typeof guard === "string") return [guard];
  if (typeof guard === "function" && "guards" in guard)
    return (guard.guards as unknown[]).flatMap(guardNames);
  return [];
}

const idOf = ({ path }: AnyStateNode) => path.join("_");

/** An arrow's text: the event, and what it takes beyond coming from the right generation and owner. */
export function label(transition: Transition): string {
  const words = guardNames(transition.guard)
    .map((name) => GUARD_WORDS[name] ?? name)
    .filter((word) => word !== "");
  const event = transition.eventType === "" ? "at once" : transition.eventType;
  return words.length > 0 ? `${event} [${words.join(", ")}]` : event;
}

/** The transitions of a state, the ones it takes at once among them. */
export const transitionsOf = ({ stateNode, edges }: DirectedGraphNode): Transition[] => [
  ...((stateNode.always ?? []) as Transition[]),
  ...edges.map((edge) => edge.transition as Transition),
];

/** One line an arrow; events that lead the same way share it. A transition without a target draws none. */
function arrows(node: DirectedGraphNode): string[] {
  const labels = new Map<string, string[]>();
  for (const transition of transitionsOf(node)) {
    for (const target of transition.target ?? []) {
      const way = `${idOf(node.stateNode)} --> ${idOf(target)}`;
      labels.set(way, [...(labels.get(way) ?? []), label(transition)]);
    }
  }
  return [...labels].map(([way, all]) => `${way}: ${[...new Set(all)].join(" / ")}`);
}

function declaration(node: DirectedGraphNode, indent: string): string[] {
  const { stateNode, children } = node;
  if (children.length === 0) return [`${indent}${idOf(stateNode)}: ${stateNode.key}`];
  const inner = children.flatMap((child) => declaration(child, `${indent}  `));
  const first = stateNode.initial.target[0] as AnyStateNode | undefined;
  const start = first ? [`${indent}  [*] --> ${idOf(first)}`] : [];
  return [`${indent}state ${stateNode.key} {`, ...start, ...inner, `${indent}}`];
}

/** A node of the graph and all below it. */
export const everyNode = (node: DirectedGraphNode): DirectedGraphNode[] => [
  node,
  ...node.children.flatMap(everyNode),
];

/** The machine as a Mermaid state diagram. */
export function mermaid(machine: AnyStateMachine): string {
  const root = toDirectedGraph(machine);
  const nodes = everyNode(root).filter((node) => node !== root);
  const first = root.stateNode.initial.target[0] as AnyStateNode;
  const finals = nodes.filter(({ stateNode }) => stateNode.type === "final");
  return [
    "stateDiagram-v2",
    `  [*] --> ${idOf(first)}`,
    ...root.children.flatMap((child) => declaration(child, "  ")),
    ...nodes.flatMap(arrows).map((arrow) => `  ${arrow}`),
    ...finals.map(({ stateNode }) => `  ${idOf(stateNode)} --> [*]`),
  ].join("\n");
}
