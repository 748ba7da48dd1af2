import { isDeepStrictEqual } from "node:util";
import type { Edge, Graph } from "../explore.js";

/** One way in which an invariant is broken, and the events that lead there. */
export interface Violation {
  invariant: string;
  problem: string;
  history: { type: string }[];
}

/** A sentence about a machine's whole reachable space, and the check that it is true. */
export interface Invariant<G> {
  id: string;
  says: string;
  check: (graph: G) => Violation[];
}

/** What a rule on one edge answers: null when all is well, otherwise what is wrong. */
export type Verdict = string | null;

/**
 * An invariant that looks at one edge at a time.
 *
 * @param when - the edges that the rule is about. An explored space without any breaks the invariant too: a rule
 *   that was never applied proves nothing.
 */
export function onEdges<S, E extends { type: string }, F>(
  id: string,
  says: string,
  when: (edge: Edge<S, E, F>) => boolean,
  rule: (edge: Edge<S, E, F>) => Verdict,
): Invariant<Graph<S, E, F>> {
  return {
    id,
    says,
    check: ({ edges }) => {
      const about = edges.filter(when);
      if (about.length === 0) return [{ invariant: id, problem: "no edge puts it to the test", history: [] }];
      return about.flatMap((edge) => {
        const problem = rule(edge);
        return problem === null ? [] : [{ invariant: id, problem, history: [...edge.path, edge.event] }];
      });
    },
  };
}

/** An invariant over states: looks at each reachable one. */
export function onStates<S, E extends { type: string }, F>(
  id: string,
  says: string,
  rule: (snapshot: S, graph: Graph<S, E, F>) => Verdict,
): Invariant<Graph<S, E, F>> {
  return {
    id,
    says,
    check: (graph) =>
      [...graph.states.values()].flatMap(({ snapshot, path }) => {
        const problem = rule(snapshot, graph);
        return problem === null ? [] : [{ invariant: id, problem, history: path }];
      }),
  };
}

/** The first problem among several, or null. */
export const firstOf = (...verdicts: Verdict[]): Verdict => verdicts.find((one) => one !== null) ?? null;

/** A problem unless the condition holds. */
export const must = (condition: boolean, problem: string): Verdict => (condition ? null : problem);

/** A problem unless both are the same data. */
export function same(what: string, actual: unknown, expected: unknown): Verdict {
  if (actual === expected || isDeepStrictEqual(actual, expected)) return null;
  return `${what} should be ${JSON.stringify(expected)} and is ${JSON.stringify(actual)}`;
}

/** The event changed nothing and asks for nothing. */
export function ignored<S, E extends { type: string }, F>({ from, event, step }: Edge<S, E, F>): Verdict {
  if (!step.accepted && step.snapshot === from && step.effects.length === 0) return null;
  return firstOf(
    must(!step.accepted, `${event.type} is accepted`),
    same("the snapshot", step.snapshot, from),
    same("effects", step.effects, []),
  );
}

/** Effects and snapshot are plain data: nothing is lost when they are written down and read again. */
export function plain<S, E extends { type: string }, F>({ step }: Edge<S, E, F>): Verdict {
  const { snapshot, effects } = step;
  const read = JSON.parse(JSON.stringify({ snapshot, effects })) as unknown;
  return same("what is read again", read, { snapshot, effects });
}

/** A broken invariant as people read it: which one, how, and the history that shows it. */
export function explain({ says, id }: { id: string; says: string }, { problem, history }: Violation): string {
  const events = history.map((event, index) => `  ${index + 1}. ${JSON.stringify(event)}`);
  return [`${id} is broken: ${says}`, problem, "after this history:", ...events].join("\n");
}

/** Fails with the shortest history that breaks the invariant. */
export function assertHolds<G>(invariant: Invariant<G>, graph: G): void {
  const violations = invariant.check(graph).sort((a, b) => a.history.length - b.history.length);
  const [shortest] = violations;
  if (shortest)
    throw new Error(`${explain(invariant, shortest)}\n(${violations.length} such edges or states)`);
}
