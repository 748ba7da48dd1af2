import { EXPLANATIONS } from "./explanations.js";
import { boundOf, type Result } from "./results.js";
import { counts } from "./tables.js";
import { COUNTS, type Count } from "./targets.js";

const isAbove = (result: Result, count: Count): boolean => result.ours.costs[count] > boundOf(result)[count];

const explanationOf = ({ workload }: Result, count: Count): string | undefined =>
  EXPLANATIONS[workload.name]?.[count];

/** Why each count that is above the bound is. */
export const explanations = (result: Result): string[] =>
  counts
    .filter((count) => isAbove(result, count))
    .map((count) => `- ${COUNTS[count]}: ${explanationOf(result, count) ?? "not explained"}.`);

/** Counts above the bound without a reason, and reasons too many. */
export const unexplained = (results: Result[]): string[] =>
  results.flatMap((result) =>
    counts
      .filter((count) => isAbove(result, count) !== (explanationOf(result, count) !== undefined))
      .map((count) => {
        const problem = isAbove(result, count) ? "why is it above the bound?" : "it is not above the bound";
        return `${result.workload.name}, ${COUNTS[count]}: ${problem}`;
      }),
  );
