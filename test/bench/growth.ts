import type { Measured } from "./measure.js";
import { counts, number, shown, table, yesOrNo } from "./tables.js";
import { COUNTS } from "./targets.js";
import type { Workload } from "./workloads.js";

/** A piece of work in several sizes, the smallest first; with the lower bound where it is compared. */
export type Sizes = { workload: Workload; ours: Measured; bound?: Measured }[];

/** What each count of the largest size is by that of the smallest. */
export function growth(sizes: Sizes, most: number): string {
  const factor = (used: (size: Sizes[number]) => number): number => {
    const [small, large] = [used(sizes[0]!), used(sizes.at(-1)!)];
    return small === large ? 1 : large / small;
  };
  const withBound = sizes.every(({ bound }) => bound);
  const rows = counts.map((count) => {
    const used = ({ ours }: Sizes[number]) => ours.costs[count];
    return [
      COUNTS[count],
      ...sizes.map((size) => shown(count, used(size))),
      factor(used).toFixed(2),
      ...(withBound ? [factor(({ bound }) => bound!.costs[count]).toFixed(2)] : []),
      yesOrNo(factor(used) <= most),
    ];
  });
  const names = sizes.map(({ workload }) => workload.name);
  const head = ["", ...names, "factor", ...(withBound ? ["factor of the bound"] : []), `at most ${most}`];
  return table(head, rows, [`at most ${most}`]);
}

/** What it takes to open a thread, in several sizes. */
export function opening(sizes: Sizes): string {
  const rows = (["calls", "documentsRead", "bytesRead", "clientBytes"] as const).map((count) => [
    count === "calls" ? "queries" : COUNTS[count],
    ...sizes.map(({ ours }) => number(ours.opening[count])),
  ]);
  return table(["", ...sizes.map(({ workload }) => workload.name)], rows);
}
