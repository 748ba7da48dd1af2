import { describe, expect, test } from "vitest";
import { defaultOptions, overrides } from "../../support/app/agent.js";
import { modelCalls } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { logOf } from "../../support/statusChanges.js";
import { callsTool } from "../../support/tool.js";
import { first, type Call, type Fault, type Faults } from "../actions.js";
import { deploy } from "../deployment.js";
import { runsTool } from "../protocols.js";
import { all, effects, HANDLER, handlersOf, once, outcomesOf, useTool } from "../tools.js";

const FOUR = ["a", "b", "c", "d"];
const SIX = [...FOUR, "e", "f"];

const ANSWER_LOST: Fault = { type: "answer lost" };
const dies = (when: "before" | "after"): Fault => ({ type: "action dies", when });

const isCommit = ({ to }: Call): boolean => to === "steps:commit";
const isReport = ({ to }: Call): boolean => to === "inlineCalls:report";

async function runTurn(faults: Faults) {
  const app = deploy({ faults });
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  return { app, threadId, outcomes: await outcomesOf(app, threadId) };
}

describe("the handler's action dies while it runs a tool", () => {
  test.each([
    ["before its effect", dies("before"), new Map()],
    ["after its effect", dies("after"), once(["a"])],
  ])("%s: the run is in doubt, and not repeated", async (_when, fault, expected) => {
    useTool();
    callsTool("a");
    const { app, outcomes } = await runTurn(first(1, runsTool, fault));
    expect(app.actions.faulted.map(({ by }) => by)).toEqual([HANDLER]);
    expect({ outcomes, effects }).toEqual({ outcomes: ["in doubt"], effects: expected });
    expect(modelCalls.length).toBe(2);
  });

  test.each([
    ["before its effect", dies("before"), 1],
    ["after its effect", dies("after"), 2],
  ])("%s: it is repeated where the tool allows that", async (_when, fault, expected) => {
    useTool(() => 0, { retry: { onCrash: true } });
    callsTool("a");
    const { app, outcomes } = await runTurn(first(1, runsTool, fault));
    expect(app.actions.faulted.map(({ by }) => by)).toEqual([HANDLER]);
    expect({ outcomes, effects: effects.get("a") }).toEqual({ outcomes: ["ok"], effects: expected });
  });

  test("what was reported before stands, and so does what executors run", async () => {
    useTool((key) => ({ a: 0, b: 100 })[key] ?? 2_000);
    callsTool(...SIX);
    const app = deploy();
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => app.actions.calls.filter(isReport).length === 2);
    await app.advance(100);
    await app.scheduler.restart();
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const expected = ["ok", "ok", ...all(["c", "d", "e", "f"], "in doubt")];
    expect({ outcomes: await outcomesOf(app, threadId), effects }).toEqual({
      outcomes: expected,
      effects: once(SIX),
    });
  });
});

describe("between a step's commit and its first report", () => {
  test.each([1, 3])("%i lost answers of the commit: each call runs once", async (count) => {
    useTool();
    callsTool(...SIX);
    const { app, outcomes } = await runTurn(first(count, isCommit, ANSWER_LOST));
    expect(app.actions.faulted).toHaveLength(count);
    expect({ outcomes, effects }).toEqual({ outcomes: all(SIX, "ok"), effects: once(SIX) });
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 2,
      handlers: 1,
    });
  });

  test("a stop while the commit's answer is lost: none of its calls begins in the handler", async () => {
    useTool();
    callsTool(...FOUR);
    const app = deploy({ faults: first(1, isCommit, ANSWER_LOST) });
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(async () => (await app.query(api.getThread, { threadId }))!.status !== "streaming");
    await app.mutation(api.stopThread, { threadId });
    await app.advance(60_000);
    expect(app.actions.faulted).toHaveLength(1);
    expect(effects).toEqual(new Map());
    expect((await app.query(api.getThread, { threadId }))!.status).toBe("stopped");
  });

  test("the action dies right after the commit: its calls are in doubt, those of executors are not", async () => {
    useTool();
    callsTool(...SIX);
    const { app, outcomes } = await runTurn(first(1, isCommit, dies("after")));
    expect(app.actions.faulted).toHaveLength(1);
    expect(outcomes).toEqual([...all(FOUR, "in doubt"), "ok", "ok"]);
    expect({ effects, modelCalls: modelCalls.length }).toEqual({ effects: once(["e", "f"]), modelCalls: 2 });
  });

  test("the action dies right after the commit: calls that may run again do", async () => {
    useTool(() => 0, { retry: { onCrash: true } });
    callsTool(...FOUR);
    const { app, outcomes } = await runTurn(first(1, isCommit, dies("after")));
    expect(app.actions.faulted).toHaveLength(1);
    expect({ outcomes, effects, modelCalls: modelCalls.length }).toEqual({
      outcomes: all(FOUR, "ok"),
      effects: once(FOUR),
      modelCalls: 2,
    });
  });
});

describe("a report", () => {
  const told: string[] = [];

  function useCallbacks(): void {
    told.length = 0;
    const onStepFinish = () => void told.push("step");
    const onTurnComplete = () => void told.push("turn");
    overrides.options = { ...defaultOptions, ...overrides.options, onStepFinish, onTurnComplete };
  }

  test.each([
    ["together", 1, () => 0],
    ["together", 3, () => 0],
    ["one after another", 1, (key: string) => 200 * FOUR.indexOf(key)],
    ["one after another", 6, (key: string) => 200 * FOUR.indexOf(key)],
  ])("of calls that end %s, %i answers lost: one next step, and each call once", async (_how, count, ms) => {
    useTool(ms);
    useCallbacks();
    callsTool(...FOUR);
    const { app, threadId, outcomes } = await runTurn(first(count, isReport, ANSWER_LOST));
    expect(app.actions.faulted).toHaveLength(count);
    expect({ outcomes, effects }).toEqual({ outcomes: all(FOUR, "ok"), effects: once(FOUR) });
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 2,
      handlers: 1,
    });
    const continued = (await logOf(app, threadId)).filter(({ event }) => event === "STREAM_CONTINUED");
    expect(continued).toHaveLength(1);
    expect(told).toEqual(["step", "step", "turn"]);
  });

  test("whose action dies before it: the outcomes are in doubt", async () => {
    useTool();
    callsTool(...FOUR);
    const { app, outcomes } = await runTurn(first(1, isReport, dies("before")));
    expect(app.actions.faulted).toHaveLength(1);
    expect({ outcomes, effects }).toEqual({ outcomes: all(FOUR, "in doubt"), effects: once(FOUR) });
  });

  test("whose action dies after it: the step that it was handed is begun again", async () => {
    useTool();
    callsTool(...FOUR);
    const { app, threadId, outcomes } = await runTurn(first(1, isReport, dies("after")));
    expect(app.actions.faulted).toHaveLength(1);
    expect({ outcomes, effects }).toEqual({ outcomes: all(FOUR, "ok"), effects: once(FOUR) });
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 2,
      handlers: 2,
    });
    const events = (await logOf(app, threadId)).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(["STREAM_CONTINUED", "LEASE_EXPIRED"]));
  });

  test.each(["before", "after"] as const)(
    "after the slice whose action dies %s it: another action goes on at most once",
    async (when) => {
      useTool(() => 20_000);
      callsTool("a");
      const { app, outcomes } = await runTurn(first(1, isReport, dies(when)));
      expect(app.actions.faulted).toHaveLength(1);
      expect({ outcomes, effects }).toEqual({
        outcomes: [when === "before" ? "in doubt" : "ok"],
        effects: once(["a"]),
      });
      expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
        modelCalls: 2,
        handlers: 2,
      });
    },
  );

  test("that fails for minutes says that the tool ran, and the turn goes on", async () => {
    let until = 0;
    const fails: Faults = (call) => {
      if (!isReport(call)) return null;
      until ||= Date.now() + 70_000;
      return Date.now() < until ? { type: "fails" } : null;
    };
    useTool();
    callsTool("a");
    const { app, outcomes } = await runTurn(fails);
    expect(app.actions.faulted.length).toBeGreaterThan(5);
    expect(outcomes.join()).toContain("could not be stored");
    expect(effects).toEqual(once(["a"]));
  });
});
