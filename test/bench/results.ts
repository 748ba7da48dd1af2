import type { Measured, Measurement } from "./measure.js";
import { counts } from "./tables.js";
import { COUNTS, targetOf, type Count } from "./targets.js";
import type { Workload } from "./workloads.js";

/** All that are measured: this package, the others, and the lower bounds. */
export const SUBJECTS = ["ours", "A", "B", "B-step", "F", "Fs"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** What a workload came to, or why it could not be done. */
export type Outcome = Measured | { fails: string };

/** What a workload cost each. */
export interface Result {
  workload: Workload;
  ours: Measured;
  F: Measured;
  Fs: Measured;
  A: Outcome;
  B: Outcome;
  "B-step": Outcome;
}

export const hasTools = ({ outcome }: Workload): boolean => outcome.results > 0;

/** The lower bound: with an action per tool call where there are any. */
export const boundOf = ({ workload, F, Fs }: Result): Measurement => (hasTools(workload) ? Fs : F).costs;

/** The most that a count of ours is to come to. */
export const targetIn = (result: Result, count: Count) =>
  targetOf(count, result.workload, { F: result.F.costs, bound: boundOf(result) });

/** Where another is not beaten: each count of each workload in which it costs as little as ours, or less. */
export function notAheadOf(name: "A" | "B-step", results: Result[]): string[] {
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
