import { stepCountIs } from "ai";
import { beforeEach, expect, test, vi } from "vitest";
import type { StepCallbacks, StreamHandlerOptions } from "convex-durable-agents";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { plainOptions } from "../support/app/plain.js";
import { api, boundedApi, plainApi, setup } from "../support/harness.js";
import type { CrashPlan } from "../support/crash.js";
import { shownText } from "../support/inspect.js";

const answer = [...says("Hello."), ...ends()];
const callsRecord = (...keys: string[]) => [
  ...keys.flatMap((key) => calls("record", { key }, key)),
  ...ends("tool-calls"),
];
const fails: ModelStep = [{ throw: new TypeError("fetch failed") }];
const failsForGood: ModelStep = [{ throw: new Error("No idea") }];

type Name = keyof StepCallbacks;
/** The events of all callbacks, in order. */
const events: { name: Name; event: Parameters<NonNullable<StepCallbacks[Name]>>[0] }[] = [];
const names = () => events.map(({ name }) => name);
const only = <N extends Name>(wanted: N) =>
  events.flatMap(({ name, event }) =>
    name === wanted ? [event as Parameters<NonNullable<StepCallbacks[N]>>[0]] : [],
  );

const callbacks = Object.fromEntries(
  (["onStepFinish", "onTurnComplete", "onError", "onRetry"] as const).map((name) => [
    name,
    (event: never) => void events.push({ name, event }),
  ]),
) as Required<StepCallbacks>;

const use = (options: Partial<StreamHandlerOptions> = {}) => {
  overrides.options = { ...defaultOptions, ...callbacks, ...options };
};

beforeEach(() => {
  events.length = 0;
  use();
});

test("callbacks are called for each committed step, and once for the end of the turn, with all its steps and tokens", async () => {
  const app = setup();
  const usage = {
    inputTokens: { total: 100, noCache: 60, cacheRead: 40, cacheWrite: undefined },
    outputTokens: { total: 20, text: 5, reasoning: 15 },
  };
  const providerMetadata = { test: { id: "r1", $cost: 3 } };
  setScript([
    callsRecord("a"),
    callsRecord("b"),
    [...says("Done."), ...ends("stop", { usage, providerMetadata })],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);

  expect(names()).toEqual(["onStepFinish", "onStepFinish", "onStepFinish", "onTurnComplete"]);
  expect(only("onStepFinish")).toMatchObject([
    {
      threadId,
      turn: 1,
      step: 1,
      stepNumber: 0,
      attempt: 1,
      finishReason: "tool-calls",
      toolCalls: [{ input: { key: "a" } }],
    },
    { threadId, turn: 1, step: 2, stepNumber: 1, toolCalls: [{ input: { key: "b" } }] },
    { threadId, turn: 1, step: 3, stepNumber: 2, text: "Done.", finishReason: "stop" },
  ]);
  const [end] = only("onTurnComplete");
  expect(end).toMatchObject({
    ...{ threadId, turn: 1, text: "Done.", finishReason: "stop", providerMetadata, output: undefined },
    usage: { inputTokens: 120, outputTokens: 30, reasoningTokens: 15, cachedInputTokens: 40 },
  });
  expect(
    end!.steps.map(({ stepNumber, toolResults }) => [stepNumber, toolResults.map((r): unknown => r.output)]),
  ).toEqual([
    [0, [{ recorded: "a" }]],
    [1, [{ recorded: "b" }]],
    [2, []],
  ]);
});

test("the tokens and the provider's metadata are stored with the step", async () => {
  const app = setup();
  const providerMetadata = { test: { id: "r1", $cost: 3 } };
  setScript([callsRecord("a"), [...says("Done."), ...ends("stop", { providerMetadata })]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  const [, first, last] = await app.query(api.listMessages, { threadId });
  expect(first).toMatchObject({ usage: { inputTokens: 10, outputTokens: 5 } });
  expect(first).not.toHaveProperty("providerMetadata");
  expect(last).toMatchObject({ providerMetadata: { test: { id: "r1", "~%24cost": 3 } } });
});

test("callbacks are called for each turn separately", async () => {
  const app = setup();
  setScript([callsRecord("a"), answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
  await app.settle(threadId);
  expect(only("onTurnComplete").map(({ turn, steps }) => [turn, steps.length])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test("a turn is complete, too, when a queued message begins the next one at once", async () => {
  const app = setup();
  setScript([[...says("one two three", 1_000), ...ends()], answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
  await app.settle(threadId);
  expect(only("onTurnComplete").map(({ turn, text }) => [turn, text])).toEqual([
    [1, "one two three"],
    [2, "Hello."],
  ]);
});

test("a turn that stopWhen ends is complete with the steps it had, and no step has its callback twice", async () => {
  const app = setup();
  use({ stopWhen: stepCountIs(2) });
  setScript((_prompt, index) => callsRecord(String(index)));
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect(names()).toEqual(["onStepFinish", "onStepFinish", "onTurnComplete"]);
  expect(only("onTurnComplete")[0]).toMatchObject({ finishReason: "tool-calls", usage: { inputTokens: 20 } });
});

test("a turn that its bound stops is not complete", async () => {
  const app = setup();
  setScript((_prompt, index) => [...calls("unknown", {}, String(index)), ...ends("tool-calls")]);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxSteps" });
  expect(names()).toEqual(["onStepFinish", "onStepFinish", "onStepFinish"]);
});

test("a step whose calls cannot be run goes on: the turn is not complete", async () => {
  const app = setup();
  setScript([[...calls("unknown", {}, "1"), ...ends("tool-calls")], answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect(names()).toEqual(["onStepFinish", "onStepFinish", "onTurnComplete"]);
});

test("an attempt that will be followed by another is a retry; the last one is the error", async () => {
  const app = setup();
  setScript([fails]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "failed" });
  expect(names()).toEqual(["onRetry", "onRetry", "onError"]);
  expect(events.map(({ event }) => event)).toMatchObject([
    { threadId, turn: 1, step: 1, attempt: 1, error: { message: "fetch failed" } },
    { attempt: 2 },
    { attempt: 3, error: { message: "fetch failed" } },
  ]);
});

test("an error that no attempt can help has its callback once", async () => {
  const app = setup();
  setScript([callsRecord("a"), [{ type: "error", error: "Bad input" }, ...ends("error")]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect(names()).toEqual(["onStepFinish", "onError"]);
  expect(only("onError")[0]).toMatchObject({ step: 2, attempt: 1, error: "Bad input" });
});

test("a failed turn that a queued message follows has its error callback", async () => {
  const app = setup();
  setScript([[...says("one two", 1_000), ...failsForGood], answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(names()).toEqual(["onError", "onStepFinish", "onTurnComplete"]);
  expect(only("onError")[0]).toMatchObject({ turn: 1 });
});

test("an answer that cannot be stored is an error, not a finished step", async () => {
  const app = setup();
  setScript([[...says("x".repeat(1_100_000)), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "failed", error: { code: "step_too_large" } });
  expect(names()).toEqual(["onError"]);
});

test("a step that was stopped has no callback", async () => {
  const app = setup();
  setScript([[...says("one two three four", 1_000), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  await app.mutation(api.stopThread, { threadId });
  await app.advance(60_000);
  expect(names()).toEqual([]);
});

test("a step that was stopped just before its commit has no callback", async () => {
  const app = setup();
  use({ onFinish: () => app.mutation(api.stopThread, { threadId }).then(() => {}) });
  setScript([answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "stopped" });
  expect(names()).toEqual([]);
});

test.each([
  ["onStepFinish", answer, "completed"],
  ["onTurnComplete", answer, "completed"],
  ["onRetry", fails, "failed"],
  ["onError", failsForGood, "failed"],
] as const)("an %s that throws is logged and changes nothing", async (name, step, status) => {
  const app = setup();
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  use({
    [name]: () => {
      throw new Error("My own mistake");
    },
  });
  setScript([step]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status });
  expect(errors).toHaveBeenCalledWith(
    expect.any(String),
    expect.objectContaining({ message: "My own mistake" }),
  );
  expect(modelCalls).toHaveLength(name === "onRetry" ? 3 : 1);
});

test("options given as an object reach the database through the event's ctx", async () => {
  const app = setup();
  const statuses: string[] = [];
  plainOptions.onTurnComplete = async ({ ctx, threadId }) => {
    const thread = await ctx.runQuery(api.getThread, { threadId });
    statuses.push(thread!.status);
  };
  setScript([answer]);
  const threadId = await app.mutation(plainApi.createThread, { prompt: "Go" });
  await app.settle(threadId);
  delete plainOptions.onTurnComplete;
  expect(statuses).toEqual(["completed"]);
});

test.each([0, 15_000])(
  "however a handler dies (slice %i), no callback is called twice or for nothing",
  async (slice) => {
    for (let at = 1, calls = Infinity; at <= calls; at++)
      for (const when of ["before", "after"] as const) {
        events.length = 0;
        const crash: CrashPlan = { at, when, calls: 0, only: "runMutation" };
        const app = setup({ crash });
        overrides.slice = slice;
        setScript([callsRecord("a"), answer, answer]);
        const threadId = await app.mutation(api.createThread, { prompt: "Go" });
        expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
        const committed = (await app.query(api.listMessages, { threadId })).filter(({ step }) => step > 0);
        const steps = only("onStepFinish").map(({ step }) => step);
        expect(steps, `dies ${when} call ${at}`).toEqual([...new Set(steps)]);
        expect(committed.length).toBeGreaterThanOrEqual(steps.length);
        expect(only("onTurnComplete").length).toBeLessThanOrEqual(1);
        expect(names()).not.toContain("onError");
        calls = crash.calls;
      }
  },
);
