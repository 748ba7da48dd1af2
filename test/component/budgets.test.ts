import { expect, test } from "vitest";
import { measure, type Measurement } from "../bench/measure.js";
import budgets from "../bench/budgets.json" with { type: "json" };
import { ours } from "../bench/ours/subject.js";
import { SMALL_WORKLOADS } from "../bench/workloads.js";

const allowed: Record<string, Measurement> = budgets;

test.each(SMALL_WORKLOADS)("$title costs no more than before", async (workload) => {
  const { costs } = await measure(ours, workload);
  const budget = allowed[workload.name]!;
  const raised = Object.entries(costs).filter(([count, used]) => used > budget[count as keyof Measurement]);
  expect(raised, `above ${JSON.stringify(budget)}; npm run bench updates the budgets`).toEqual([]);
});
