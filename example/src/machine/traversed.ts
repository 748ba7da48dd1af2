import type { ObservedTransition } from "convex-durable-agents/react";
import type { GraphEdge } from "./graph";

/** `begin` is left at once, so nobody sees a thread in it. */
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
  const path = isNewTurn ? [from, TRANSIENT, to] : [from, to];
  const isQueueing = from === to && !isNewTurn && snapshot.context.queued && !before?.snapshot.context.queued;
  if (isQueueing) return edges.filter(({ from, to }) => from === "running" && to === "running");
  const legs = path.slice(1).map((end, index) => edgeBetween(edges, path[index]!, end));
  return legs.filter((edge) => edge !== undefined);
}

/** What happened, by name; several where the states alone do not tell. */
export function eventNames(path: GraphEdge[]): string[] {
  return [...new Set(path.flatMap(({ events }) => events.map(({ type }) => type)))];
}

/** A state has what its group handles as well. */
const edgeBetween = (edges: GraphEdge[], from: string, to: string) =>
  edges.find((edge) => edge.to === to && edge.from === from) ??
  edges.find((edge) => edge.to === to && from.startsWith(`${edge.from}.`));
