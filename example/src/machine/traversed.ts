import type { ObservedTransition } from "convex-durable-agents/react";
import type { GraphEdge } from "./graph";

/** `begin` is left at once, so a thread is never seen in it. */
const TRANSIENT = "begin";

/** The edges that a transition went along. A new turn begins in the transient state; others go straight. */
export function traversed(
  edges: GraphEdge[],
  step: ObservedTransition,
  before?: ObservedTransition,
): GraphEdge[] {
  const { from, to, snapshot } = step;
  if (from === null) return [];
  const isNewTurn = before && before.snapshot.context.turn !== snapshot.context.turn;
  const beginsTurn = isNewTurn && (to === "settled.stopped" ? from !== to : to.startsWith("running."));
  const path = beginsTurn ? [from, TRANSIENT, to] : [from, to];
  const isQueueing = from === to && !isNewTurn && before && waiting(snapshot) !== waiting(before.snapshot);
  if (isQueueing) return edges.filter((edge) => edge.from === edge.to && from.startsWith(`${edge.from}.`));
  const legs = path.slice(1).map((end, index) => edgeBetween(edges, path[index]!, end));
  return legs.filter((edge) => edge !== undefined);
}

/** What happened, by name; several where the states alone do not tell. */
export function eventNames(path: GraphEdge[]): string[] {
  return [...new Set(path.flatMap(({ events }) => events.map(({ type }) => type)))];
}

const waiting = ({ context }: ObservedTransition["snapshot"]) => context.queued + context.steered;

/** A state has what its group handles as well. */
const edgeBetween = (edges: GraphEdge[], from: string, to: string) =>
  edges.find((edge) => edge.to === to && edge.from === from) ??
  edges.find((edge) => edge.to === to && from.startsWith(`${edge.from}.`));
