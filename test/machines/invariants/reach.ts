import type { Edge, Graph } from "../explore.js";

/** The keys of all states from which a walk along the given edges reaches a goal. */
export function canReach<S, E, F>(
  graph: Graph<S, E, F>,
  along: (edge: Edge<S, E, F>) => boolean,
  isGoal: (snapshot: S) => boolean,
): Set<string> {
  const sources = new Map<string, string[]>();
  for (const edge of graph.edges.filter((one) => one.step.accepted && along(one))) {
    const target = graph.keyOf(edge.step.snapshot);
    sources.set(target, [...(sources.get(target) ?? []), graph.keyOf(edge.from)]);
  }
  const good = new Set([...graph.states].filter(([, { snapshot }]) => isGoal(snapshot)).map(([key]) => key));
  for (const key of good) for (const source of sources.get(key) ?? []) good.add(source);
  return good;
}

/**
 * The keys of all states from which every walk along the given edges ends in a goal: no walk goes on for ever and
 * none stops short.
 */
export function alwaysReaches<S, E, F>(
  graph: Graph<S, E, F>,
  along: (edge: Edge<S, E, F>) => boolean,
  isGoal: (snapshot: S) => boolean,
): Set<string> {
  const targets = new Map<string, string[]>();
  for (const edge of graph.edges.filter((one) => one.step.accepted && along(one))) {
    const source = graph.keyOf(edge.from);
    targets.set(source, [...(targets.get(source) ?? []), graph.keyOf(edge.step.snapshot)]);
  }
  const good = new Set([...graph.states].filter(([, { snapshot }]) => isGoal(snapshot)).map(([key]) => key));
  const isGood = (key: string) => {
    const next = targets.get(key) ?? [];
    return next.length > 0 && next.every((target) => good.has(target));
  };
  for (let before = -1; before < good.size;) {
    before = good.size;
    for (const key of graph.states.keys()) if (isGood(key)) good.add(key);
  }
  return good;
}

/** The keys of all states that a walk along the given edges comes to, its starts among them. */
export function reachableFrom<S, E, F>(
  graph: Graph<S, E, F>,
  starts: string[],
  along: (edge: Edge<S, E, F>) => boolean,
): Set<string> {
  const targets = new Map<string, string[]>();
  for (const edge of graph.edges.filter((one) => one.step.accepted && along(one))) {
    const source = graph.keyOf(edge.from);
    targets.set(source, [...(targets.get(source) ?? []), graph.keyOf(edge.step.snapshot)]);
  }
  const found = new Set(starts);
  for (const key of found) for (const target of targets.get(key) ?? []) found.add(target);
  return found;
}
