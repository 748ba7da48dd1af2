import { describe, expect, test } from "vitest";
import { createActionTool } from "convex-durable-agents";
import { anyApi } from "convex/server";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { flaky, sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { logOf } from "../support/statusChanges.js";
import { callsTool, setSyncTool } from "../support/tool.js";

const asks = (...parts: ModelStep[]): ModelStep => [...parts.flat(), ...ends("tool-calls")];
const records = (...keys: string[]) => asks(...keys.map((key) => calls("record", { key }, key)));
const answer: ModelStep = [...says("Done."), ...ends()];

/** Turns whose model calls are sent something else each. What comes meanwhile comes while the first tool runs. */
const TURNS: Record<
  string,
  { steps: ModelStep[]; meanwhile?: (app: App, threadId: string) => Promise<unknown> }
> = {
  "a tool after another": { steps: [records("a"), records("b"), records("c"), answer] },
  "text and reasoning beside tools": {
    steps: [
      asks(
        [
          { type: "reasoning-start", id: "r" },
          { type: "reasoning-delta", id: "r", delta: "Hm." },
          { type: "reasoning-end", id: "r", providerMetadata: { test: { signature: "s" } } },
        ],
        says("Let me see."),
        calls("record", { key: "a" }, "a"),
      ),
      answer,
    ],
  },
  "more calls than one action runs": {
    steps: [records(..."abcdefghijklmno"), records("p", "q"), answer],
  },
  "a handler that throws, a deliberate error and a result that is too large": {
    steps: [
      asks(calls("unstable_once", { key: "a" }, "1"), calls("refuse", {}, "2"), calls("huge", {}, "3")),
      answer,
    ],
  },
  "a handler that is tried again": {
    steps: [asks(calls("unstable", { key: "a" }, "1"), calls("record", { key: "b" }, "2")), answer],
  },
  "calls that cannot be run": {
    steps: [
      asks(calls("nobody", {}, "1"), calls("record", { key: 1 }, "2"), calls("record", { key: "b" }, "3")),
      answer,
    ],
  },
  "an id that a later step uses again": { steps: [records("a"), records("a"), answer] },
  "an async call that is answered early": {
    steps: [asks(calls("slow", { key: "s" }, "1"), calls("ask", { question: "?" }, "2")), answer],
    meanwhile: (app, threadId) =>
      app.mutation(api.addToolResult, { threadId, toolCallId: "2", result: { at: [1n] } }),
  },
  "messages that steer, with a file": {
    steps: [asks(calls("slow", { key: "s" }, "1")), records("b"), answer],
    meanwhile: async (app, threadId) => {
      const files = [{ mediaType: "image/png", url: "https://example.com/a.png" }];
      await app.mutation(api.sendMessage, { threadId, prompt: "Look", files, whileRunning: "steer" });
      await app.mutation(api.sendMessage, { threadId, prompt: "Quick", whileRunning: "steer" });
    },
  },
  "a message that is taken back, and one that waits for the next turn": {
    steps: [asks(calls("slow", { key: "s" }, "1")), records("b"), answer, answer],
    meanwhile: async (app, threadId) => {
      const messageId = await app.mutation(api.sendMessage, {
        threadId,
        prompt: "Oops",
        whileRunning: "steer",
      });
      await app.mutation(api.withdrawMessage, { threadId, messageId });
      await app.mutation(api.sendMessage, { threadId, prompt: "Later" });
    },
  },
};

/** Plays a turn, and tells what the model was sent and what the thread has. */
async function play(name: string, slice: number) {
  const { steps, meanwhile } = TURNS[name]!;
  const app = setup();
  overrides.slice = slice;
  flaky.failures = 1;
  sideEffects.length = 0;
  setScript(steps);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  if (meanwhile) {
    await app.until(() => sideEffects.length > 0);
    await meanwhile(app, threadId);
  }
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const events = (await logOf(app, threadId)).map(({ event }) => event);
  return {
    sent: modelCalls.map(({ prompt }) => prompt),
    transcript: await app.transcript(threadId),
    continued: events.filter((event) => event === "STREAM_CONTINUED").length,
  };
}

test.each(Object.keys(TURNS))(
  "in one action the model is sent what it is sent in several: %s",
  async (name) => {
    const apart = await play(name, 0);
    const carried = await play(name, 15_000);
    expect(apart.continued).toBe(0);
    expect(carried.sent).toEqual(apart.sent);
    expect(carried.transcript).toEqual(apart.transcript);
  },
);

/** How often a turn of three tools, each of so many milliseconds, went on in one action. */
async function continuedWith(slice: number, toolMs: number): Promise<number> {
  const app = setup();
  setSyncTool();
  overrides.slice = slice;
  program.run = () => new Promise((resolve) => setTimeout(() => resolve("ok"), toolMs));
  const call = (key: string) => asks(calls("tool", { key }, key));
  setScript([call("a"), call("b"), call("c"), answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  return (await logOf(app, threadId)).filter(({ event }) => event === "STREAM_CONTINUED").length;
}

describe("a slice", () => {
  test("lets a turn go on in one action until it is over", async () => {
    expect(await continuedWith(15_000, 100)).toBe(3);
    expect(await continuedWith(15_000, 6_000)).toBe(2);
    expect(await continuedWith(0, 100)).toBe(0);
    expect(await continuedWith(1_000, 2_000)).toBe(0);
  });

  test.each([-1, Number.NaN, 300_001])("of %d ms is refused", async (slice) => {
    const app = setup();
    overrides.slice = slice;
    setScript([answer]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "failed", error: { code: "invalid_limits" } });
  });
});

test("the options are evaluated for each step of an action", async () => {
  const app = setup();
  let step = 0;
  overrides.options = () => ({
    ...defaultOptions,
    slice: 15_000,
    system: `Step ${++step}`,
    recentMessages: step === 2 ? 1 : 100,
    transformMessages: (messages) => messages.slice(-3),
  });
  setScript([records("a"), records("b"), answer]);
  const threadId = await app.mutation(api.createThread, {
    messages: Array.from({ length: 6 }, (_, i) => ({
      role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
      prompt: `Earlier ${i}`,
    })),
    prompt: "Go",
  });
  await app.settle(threadId);
  expect(modelCalls.map(({ prompt }) => prompt[0])).toEqual([
    { role: "system", content: "Step 1" },
    { role: "system", content: "Step 2" },
    { role: "system", content: "Step 3" },
  ]);
  expect(modelCalls.map(({ prompt }) => prompt.length)).toEqual([4, 4, 4]);
});

test("a tool that wants an action of its own is not run by the stream handler", async () => {
  const app = setup();
  overrides.slice = 15_000;
  const own = createActionTool({
    description: "Takes minutes",
    args: z.object({ key: z.string() }),
    handler: anyApi.tools!.record as never,
    ownAction: true,
  });
  overrides.options = { ...defaultOptions, tools: { record: own } };
  setScript([records("a"), answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect((await logOf(app, threadId)).map(({ event }) => event)).toContain("TOOLS_SETTLED");
  expect(sideEffects).toEqual(["a"]);
});

test("callbacks come in order, and tools do not wait for them", async () => {
  const app = setup();
  const seen: string[] = [];
  overrides.options = {
    ...defaultOptions,
    slice: 15_000,
    onStepFinish: async ({ step }) => {
      seen.push(`begins ${step}`);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      seen.push(`ends ${step}, tools ran ${sideEffects.length}`);
    },
    onTurnComplete: () => void seen.push("complete"),
  };
  setScript([records("a"), records("b"), answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  await app.advance(60_000);
  expect(seen).toEqual([
    ...["begins 1", "ends 1, tools ran 2", "begins 2", "ends 2, tools ran 2"],
    ...["begins 3", "ends 3, tools ran 2", "complete"],
  ]);
});

test("outcomes of a step that end together are stored together, and a slow one holds up none", async () => {
  const app = setup();
  overrides.slice = 15_000;
  setSyncTool();
  program.run = (_ctx, { key }) =>
    new Promise((resolve) => setTimeout(() => resolve(key), key === "c" ? 5_000 : 10));
  callsTool("a", "b", "c");
  overrides.slice = 15_000;
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const outcomes = async () =>
    (await app.transcript(threadId)).filter((line) => line.includes("output-available"));
  await app.until(async () => (await outcomes()).length > 0);
  expect(await outcomes()).toEqual(['tool-tool output-available "a"', 'tool-tool output-available "b"']);
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});
