/// <reference types="vite/client" />
import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { measureSmall } from "./budgets.js";
import { unexplained } from "./explained.js";
import type { Sizes } from "./growth.js";
import { measureImports } from "./importCosts.js";
import { actionPerTool, inOneAction } from "./lowerBound/subject.js";
import { CALL_MS } from "./ledger.js";
import { measure, type Measured } from "./measure.js";
import { ours, oursLogged } from "./ours/subject.js";
import { tooDear } from "./prices.js";
import { report } from "./report.js";
import { SUBJECTS, type Outcome, type Result, type SubjectName } from "./results.js";
import type { Subject } from "./subject.js";
import type { Timed } from "./timing.js";
import { LONGER_THREADS, MORE_STEPS, SMALL_WORKLOADS, WORKLOADS, type Workload } from "./workloads.js";

const peers = Object.values(
  import.meta.glob<Subject[]>("../peers/*/subject.ts", { eager: true, import: "default" }),
).flat();

const subjects: Record<SubjectName, Subject> = {
  ours,
  bound: inOneAction,
  "bound, steps": actionPerTool,
  ...(Object.fromEntries(peers.map((peer) => [peer.name, peer])) as Record<
    "0.2.6" | "agent" | "agent, steps",
    Subject
  >),
};

/** Measures another package, which may fail at what it is asked. */
const attempt = (name: SubjectName, workload: Workload): Promise<Outcome> =>
  measure(subjects[name], workload).catch((error: Error) => ({ fails: error.message.split("\n")[0]! }));

/** Has all do a workload. */
const measureAll = async (workload: Workload): Promise<Result> => ({
  workload,
  ours: await measure(ours, workload),
  bound: await measure(inOneAction, workload),
  "bound, steps": await measure(actionPerTool, workload),
  "0.2.6": await attempt("0.2.6", workload),
  agent: await attempt("agent", workload),
  "agent, steps": await attempt("agent, steps", workload),
});

const named = (wanted: string): Workload => WORKLOADS.find(({ name }) => name === wanted)!;

const results: Result[] = [];
let logged: Measured;
const longer: Sizes = [];
const steps: Sizes = [];

test.each(WORKLOADS)("$name: $title", async (workload) => {
  results.push(await measureAll(workload));
});

test.each(["W1", "W2"])("a second run of %s gives the same counts", async (name) => {
  const first = results.find(({ workload }) => workload.name === name);
  expect(await measureAll(named(name))).toEqual(first);
});

test("W2 with the log of transitions", async () => {
  logged = await measure(oursLogged, named("W2"));
});

test("growth: W4 on longer threads", async () => {
  for (const workload of LONGER_THREADS) longer.push({ workload, ours: await measure(ours, workload) });
});

test("growth: W2 with more steps", async () => {
  for (const workload of MORE_STEPS)
    steps.push({
      workload,
      ours: await measure(ours, workload),
      bound: await measure(actionPerTool, workload),
    });
});

/** A workload where each call takes time. */
async function timed(workload: Workload): Promise<Timed["W1"]> {
  const all: [SubjectName, unknown][] = [];
  for (const name of SUBJECTS)
    all.push([name, await measure(subjects[name], workload, CALL_MS).catch(() => null)]);
  return Object.fromEntries(all) as Timed["W1"];
}

test("the report and the budgets are written", async () => {
  expect(results).toHaveLength(WORKLOADS.length);
  const waits = { W1: await timed(named("W1")), W2: await timed(named("W2")) };
  const page = report({ results, logged, longer, steps, timed: waits, imports: measureImports() });
  const budgets = await measureSmall();
  expect(Object.keys(budgets)).toHaveLength(SMALL_WORKLOADS.length);
  await writeFile("docs/operations/costs.md", page);
  await writeFile("test/bench/budgets.json", JSON.stringify(budgets));
  expect(unexplained(results), "explanations.ts").toEqual([]);
  expect(tooDear(results), "work that costs more than it did").toEqual([]);
});
