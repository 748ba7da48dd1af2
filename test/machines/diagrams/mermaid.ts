import { toDirectedGraph, type DirectedGraphNode } from "@xstate/graph";
import type {
  AnyEventObject,
  AnyStateMachine,
  AnyStateNode,
  MachineContext,
  TransitionDefinition,
} from "xstate";

export type Transition = TransitionDefinition<MachineContext, AnyEventObject>;

/**
 * The words for each plain guard. A guard that only fences has none: the page says once that arrows leave fences out. A guard
 * that is made of others, with `and`, is described by theirs.
 */
const GUARD_WORDS: Record<string, string> = {
  current: "",
  currentDeadline: "",
  currentTurn: "",
  currentRevision: "",
  holdsLease: "",
  attemptsLeft: "attempts left",
  budgetLeft: "budget left",
  hasToolCalls: "tool calls",
  messageWaits: "message waits",
  messageQueued: "message queued",
  messageSteered: "message steers",
  isOfLaterTurn: "of a later turn",
  isAfterCall: "unseen in this turn",
  isRetryable: "retryable",
  mayRunAgain: "may run again",
  isAsync: "answered from outside",
  isExternal: "nothing to run",
  isSync: "sync",
  isTimed: "timed",
  needsApproval: "needs approval",
  mayBeTaken: "sync, no approval, no time-out",
};

/** The plain guards of the machines that have no words, and the words that none of them has a guard for. */
export function unmatchedWords(machines: AnyStateMachine[]): string[] {
  const guards = machines.flatMap(({ implementations }) => Object.entries(implementations.guards));
  const plain = guards.filter(([, guard]) => partsOf(guard) === null).map(([name]) => name);
  const worded = Object.keys(GUARD_WORDS);
  return [
    ...plain.filter((name) => !worded.includes(name)),
    ...worded.filter((name) => !plain.includes(name)),
  ];
}

/** The names that `and([...])` is made of, or null for a plain guard. */
const partsOf = (guard: unknown): string[] | null =>
  typeof guard === "function" && "guards" in guard ? (guard.guards as string[]) : null;

/** What a guard asks for, as it is shown in brackets. */
function wordsOf(name: string, machine: AnyStateMachine): string[] {
  const parts = partsOf(machine.implementations.guards[name]);
  if (parts) return parts.flatMap((part) => wordsOf(part, machine));
  const word = GUARD_WORDS[name] ?? name;
  return word === "" ? [] : [word];
}

const idOf = ({ path }: AnyStateNode) => path.join("_");

/** What a transition takes apart from passing the fences. */
export const guardWords = ({ guard, source }: Pick<Transition, "guard" | "source">): string[] =>
  typeof guard === "string" ? wordsOf(guard, source.machine) : [];

/** An arrow's text: the event, and what it takes. */
export function label(transition: Transition): string {
  const { eventType } = transition;
  const words = guardWords(transition);
  const event = eventType === "" ? "at once" : eventType;
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

/** The machine passes through the state within one event. */
export const isTransient = ({ always }: AnyStateNode): boolean => always !== undefined && always.length > 0;

function declaration(node: DirectedGraphNode, indent: string): string[] {
  const { stateNode, children } = node;
  if (children.length === 0)
    return [`${indent}${idOf(stateNode)}: ${stateNode.key}${isTransient(stateNode) ? " (transient)" : ""}`];
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
