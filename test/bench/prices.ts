import type { Measurement } from "./measure.js";
import { SUBJECTS, type Outcome, type Result } from "./results.js";
import { table } from "./tables.js";

/** What the Starter plan costs beyond what it includes, in US dollars, by Convex's page of limits. */
const PRICES = { call: 2.2 / 1_000_000, byte: 0.22 / 1e9, gigabyteHour: 0.33 };

/** When that page was read. */
export const PRICES_OF = "November 2026";

/** What an action of Convex's own runtime is counted with: 64 MiB, in gigabytes. */
const ACTION_GB = (64 * 1024 * 1024) / 1e9;

/** The thousand turns of a workload cost so much, in US dollars. */
function priceOf({ calls, bytesRead, bytesWritten, actionSeconds }: Measurement, turns: number): number {
  const hours = actionSeconds / 3_600;
  const dollars =
    calls * PRICES.call + (bytesRead + bytesWritten) * PRICES.byte + hours * ACTION_GB * PRICES.gigabyteHour;
  return (1_000 * dollars) / turns;
}

/**
 * What a thousand turns cost when each step and each tool was an action of its own, in US dollars: ours may not cost more. A test of
 * the page, not of the prices: they are of one date.
 */
const MOST: Record<string, number> = { W1: 0.051, W1r: 0.653, W2: 0.2, W3: 3.489, W4: 0.019, W5: 0.031 };

/** What a thousand turns of each workload cost. */
export function priceTable(results: Result[]): string {
  const cell = (outcome: Outcome, turns: number) =>
    "fails" in outcome ? "fails" : priceOf(outcome.costs, turns).toFixed(3);
  const rows = results.map((result) => [
    `${result.workload.name}: ${result.workload.title}`,
    ...SUBJECTS.map((name) => cell(result[name], result.workload.threads)),
  ]);
  return table(["US dollars for 1,000 turns", ...SUBJECTS], rows);
}

/** The workloads that cost more than they may. */
export const tooDear = (results: Result[]): string[] =>
  results
    .filter(({ workload, ours }) => {
      const price = priceOf(ours.costs, workload.threads);
      return Number(price.toFixed(3)) > MOST[workload.name]!;
    })
    .map(({ workload }) => workload.name);
