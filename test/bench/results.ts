import type { Measured, Measurement } from "./measure.js";
import { counts } from "./tables.js";
import { COUNTS, targetOf, type Count } from "./targets.js";
import type { Workload } from "./workloads.js";

/** All that are measured: this package, the others, and the lower bounds. */
export const SUBJECTS = ["ours", "0.2.6", "agent", "agent, steps", "bound", "bound, steps"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** What a workload came to, or why it could not be done. */
export type Outcome = Measured | { fails: string };

/** What a workload cost each. */
export interface Result {
  workload: Workload;
  ours: Measured;
  bound: Measured;
  "bound, steps": Measured;
  "0.2.6": Outcome;
  agent: Outcome;
  "agent, steps": Outcome;
}

export const hasTools = ({ outcome }: Workload): boolean => outcome.results > 0;

/** The lower bound: with an action per tool call where there are any. */
export const boundOf = (result: Result): Measurement =>
  result[hasTools(result.workload) ? "bound, steps" : "bound"].costs;

/** The most that a count of ours is to come to. */
export const targetIn = (result: Result, count: Count) =>
  targetOf(count, result.workload, { inOneAction: result.bound.costs, bound: boundOf(result) });

/** Where another is not beaten: each count of each workload in which it costs as little as ours, or less. */
export function notAheadOf(name: "0.2.6" | "agent, steps", results: Result[]): string[] {
  return results.flatMap((result) => {
    const other = result[name];
    if ("fails" in other) return [];
    return counts
      .filter((count) => result.ours.costs[count] >= other.costs[count])
      .map((count) => `${result.workload.name} ${COUNTS[count]}`);
  });
}

/** The targets, and whether each is met. */
export function judged(results: Result[]): { what: string; met: boolean }[] {
  return results.flatMap((result) =>
    counts.flatMap((count) => {
      const target = targetIn(result, count);
      const what = `${result.workload.name} ${COUNTS[count]}`;
      return target ? [{ what, met: result.ours.costs[count] <= target.most }] : [];
    }),
  );
}
