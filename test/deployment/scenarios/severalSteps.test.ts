import { describe, expect, test } from "vitest";
import { overrides } from "../../support/app/agent.js";
import { modelCalls, setScript } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { sampled } from "../../support/sample.js";
import type { Faults } from "../actions.js";
import { deploy, type Deployment } from "../deployment.js";
import { seedsOf } from "../seeds.js";
import { effects, handlersOf, HANDLER, once, outcomesOf, useTool } from "../tools.js";
import { isSettled, inSteps } from "../turns.js";

const HOUR = 3_600_000;
const THREE = ["k1", "k2", "k3"];
const SAID = ["assistant: Step 1.", "assistant: Step 2.", "assistant: Step 3.", "assistant: Done."];

/** A turn of three steps with a call each. */
async function begin({ seed, faults }: { seed?: number; faults?: Faults } = {}) {
  const app = deploy({ seed, faults });
  useTool(() => 300);
  setScript(inSteps(3, () => 400));
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  return { app, threadId };
}

/** The turn completes, says everything once, and runs each tool once; one run at most is in doubt. */
async function expectWhole(app: Deployment, threadId: string): Promise<void> {
  await app.advance(HOUR, () => isSettled(app, threadId));
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  const said = (await app.transcript(threadId)).filter((line) => line.startsWith("assistant"));
  expect(said).toEqual(SAID);
  const outcomes = await outcomesOf(app, threadId);
  const doubtful = THREE.filter((_key, index) => outcomes[index] === "in doubt");
  expect(doubtful.length).toBeLessThanOrEqual(1);
  for (const [index, key] of THREE.entries()) {
    expect(["ok", "in doubt"]).toContain(outcomes[index]);
    expect(effects.get(key) ?? 0).toBeLessThanOrEqual(1);
    if (outcomes[index] === "ok") expect(effects.get(key)).toBe(1);
  }
}

describe("an action that takes on several steps", () => {
  test("runs the whole turn", async () => {
    const { app, threadId } = await begin();
    await expectWhole(app, threadId);
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 4,
      handlers: 1,
    });
    expect(app.scheduler.begun.get("executor:run")).toBeUndefined();
  });

  test("and dies in the answer of a later one: that one alone is repeated", async () => {
    const { app, threadId } = await begin();
    await app.until(() => modelCalls.length === 3);
    await app.advance(100);
    await app.scheduler.restart();
    await expectWhole(app, threadId);
    expect({ effects, modelCalls: modelCalls.length }).toEqual({ effects: once(THREE), modelCalls: 5 });
  });

  test("may die before or after any of its calls", async () => {
    const whole = await begin();
    await expectWhole(whole.app, whole.threadId);
    const deaths = whole.app.actions.calls.flatMap((_call, index) =>
      (["before", "after"] as const).map((when) => ({ at: index + 1, when })),
    );
    expect(deaths.length).toBeGreaterThan(24);
    const { some, words } = sampled(deaths);
    console.log(`${words} deaths`);
    for (const { at, when } of some) {
      let count = 0;
      const { app, threadId } = await begin({
        faults: ({ by }) => (by === HANDLER && ++count === at ? { type: "action dies", when } : null),
      });
      await expectWhole(app, threadId);
      expect(app.actions.faulted, `call ${at}`).toHaveLength(1);
    }
  });

  test("may be gone at any moment after a backup is restored", async () => {
    const seeds = seedsOf(6);
    for (const seed of seeds) {
      const { app, threadId } = await begin({ seed });
      await app.advance(Math.round((2_600 * seed) / seeds.length));
      await app.scheduler.restoreWithoutJobs();
      await expectWhole(app, threadId);
    }
  });

  test.each([
    [0, 15_000],
    [15_000, 0],
  ])("may have begun with a slice of %i ms before a deploy that makes it %i", async (before, after) => {
    const seeds = seedsOf(4);
    for (const seed of seeds) {
      overrides.slice = before;
      const { app, threadId } = await begin({ seed });
      await app.advance(Math.round((2_600 * seed) / seeds.length));
      overrides.slice = after;
      await expectWhole(app, threadId);
      expect({ effects, modelCalls: modelCalls.length }).toEqual({ effects: once(THREE), modelCalls: 4 });
    }
  });

  test("ends after its slice, and the next one goes on", async () => {
    const app = deploy();
    useTool(() => 1_000);
    setScript(inSteps(10, () => 2_000));
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 11,
      handlers: 3,
    });
    expect([...effects.values()]).toEqual(Array(10).fill(1));
  });
});
