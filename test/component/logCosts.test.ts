import { expect, test } from "vitest";
import { measure } from "../bench/measure.js";
import { ours, oursLogged } from "../bench/ours/subject.js";
import { SMALL_WORKLOADS } from "../bench/workloads.js";

/** A turn of three steps with a tool each, and an answer: what starts it, and two events a step. */
const TRANSITIONS = 1 + 4 * 2;

test("the log costs one small document a transition, and reads nothing but the agent's settings at a claim", async () => {
  const workload = SMALL_WORKLOADS.find(({ title }) => title === "3 sequential tool steps")!;
  const { costs: without } = await measure(ours, workload);
  const { costs: logged } = await measure(oursLogged, workload);
  console.log(
    `three tool steps without the log ${JSON.stringify(without)}, with it ${JSON.stringify(logged)}`,
  );
  expect(logged.documentsWritten - without.documentsWritten).toBe(TRANSITIONS);
  expect(logged.documentsRead - without.documentsRead).toBe(1);
  expect(logged.calls).toBe(without.calls);
  expect((logged.bytesWritten - without.bytesWritten) / TRANSITIONS).toBeLessThan(250);
});
