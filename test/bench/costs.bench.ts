import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { measureSmall } from "./budgets.js";
import { actionPerTool, inOneAction } from "./lowerBound/subject.js";
import { measure } from "./measure.js";
import { ours } from "./ours/subject.js";
import { report, type Result } from "./report.js";
import { SMALL_WORKLOADS, WORKLOADS } from "./workloads.js";

const results: Result[] = [];

test.each(WORKLOADS)("$name: $title", async (workload) => {
  results.push({
    workload,
    ours: await measure(ours, workload),
    F: await measure(inOneAction, workload),
    Fs: await measure(actionPerTool, workload),
  });
});

test("a second run gives the same counts", async () => {
  const [first] = results;
  expect(await measure(ours, first!.workload)).toEqual(first!.ours);
});

test("the report and the budgets are written", async () => {
  expect(results).toHaveLength(WORKLOADS.length);
  const page = report(results);
  console.log(page);
  const budgets = await measureSmall();
  expect(Object.keys(budgets)).toHaveLength(SMALL_WORKLOADS.length);
  await writeFile("docs/costs.md", page);
  await writeFile("test/bench/budgets.json", JSON.stringify(budgets));
});
