import { Output } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { StreamHandlerOptions } from "convex-durable-agents";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, testModel, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { isAiSdk7 } from "../support/aiSdk.js";
import { api, setup, type App } from "../support/harness.js";
import { sentOutcomes, shownText, spokenTo } from "../support/inspect.js";
import { setSyncTool } from "../support/tool.js";

/** How a turn runs. Both AI SDKs have the same outcome on each path; MATRIX=all takes all of them, not the first alone. */
const ALL_PATHS = [
  { name: "streamed, in one action", saveStreamDeltas: { throttleMs: 100 }, slice: undefined },
  { name: "streamed, an action for each step", saveStreamDeltas: { throttleMs: 100 }, slice: 0 },
  { name: "not streamed, in one action", saveStreamDeltas: false, slice: undefined },
  { name: "not streamed, an action for each step", saveStreamDeltas: false, slice: 0 },
];
const paths = process.env.MATRIX === "all" ? ALL_PATHS : ALL_PATHS.slice(0, 1);

const hello: ModelStep = [...says("Hello."), ...ends()];
const record = (...keys: string[]): ModelStep => [
  ...keys.flatMap((key) => calls("record", { key }, key)),
  ...ends("tool-calls"),
];

test("the model is of the kind that the installed AI SDK makes", () => {
  expect(testModel.specificationVersion).toBe(isAiSdk7 ? "v4" : "v3");
});

describe.each(paths)("$name", ({ saveStreamDeltas, slice }) => {
  const begin = async (options: Partial<StreamHandlerOptions> = {}) => {
    const given = typeof overrides.options === "function" ? null : overrides.options;
    overrides.options = { ...defaultOptions, ...given, saveStreamDeltas, ...options };
    overrides.slice = slice;
    const app = setup();
    return { app, threadId: await app.mutation(api.createThread, { prompt: "Go" }) };
  };
  const last = async (app: App, threadId: string) =>
    (await app.query(api.listMessages, { threadId })).at(-1)!;

  test("text", async () => {
    setScript([hello]);
    const { app, threadId } = await begin();
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(await last(app, threadId)).toMatchObject({
      parts: [{ type: "text", text: "Hello.", state: "done" }],
      finishReason: "stop",
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    });
    expect(spokenTo(modelCalls[0]!.prompt)).toEqual(["user: Go"]);
  });

  test("tools", async () => {
    setScript([record("a"), record("b"), hello]);
    const { app, threadId } = await begin();
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual([
      "user: Go",
      'tool-record output-available {"recorded":"a"}',
      'tool-record output-available {"recorded":"b"}',
      "assistant: Hello.",
    ]);
    const outcome = (key: string) => [key, { type: "json", value: { recorded: key } }];
    expect(sentOutcomes(modelCalls[2]!.prompt)).toEqual(["a", "b"].map(outcome));
  });

  test("parallel tools", async () => {
    setScript([record("a", "b", "c"), hello]);
    const { app, threadId } = await begin();
    await app.settle(threadId);
    expect((await app.transcript(threadId)).filter((line) => line.includes("output-available"))).toHaveLength(
      3,
    );
    expect(sentOutcomes(modelCalls[1]!.prompt).map(([id]) => id)).toEqual(["a", "b", "c"]);
  });

  test("approval", async () => {
    program.run = () => "ran";
    setSyncTool({ needsApproval: true });
    const both = [...calls("tool", { key: "a" }, "a"), ...calls("tool", { key: "b" }, "b")];
    setScript([[...both, ...ends("tool-calls")], hello]);
    const { app, threadId } = await begin();
    await app.until(async () => (await app.transcript(threadId)).length === 3);
    await app.mutation(api.approveToolCall, { toolCallId: "a" });
    await app.mutation(api.denyToolCall, { toolCallId: "b", reason: "Too late." });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect((await app.transcript(threadId)).slice(1)).toEqual([
      'tool-tool output-available "ran"',
      expect.stringContaining("tool-tool output-denied"),
      "assistant: Hello.",
    ]);
    expect(JSON.stringify(sentOutcomes(modelCalls[1]!.prompt))).toContain("Too late.");
  });

  test("reasoning", async () => {
    const providerMetadata = { test: { signature: "s" } };
    const thinks: ModelStep = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Let me see." },
      { type: "reasoning-end", id: "r", providerMetadata },
    ];
    const usage = {
      inputTokens: { total: 10, noCache: 4, cacheRead: 6, cacheWrite: undefined },
      outputTokens: { total: 5, text: 2, reasoning: 3 },
    };
    const completed: unknown[] = [];
    setScript([
      [...thinks, ...record("a")],
      [...says("Hello."), ...ends("stop", { usage })],
    ]);
    const { app, threadId } = await begin({
      onTurnComplete: ({ steps, usage }) => void completed.push(steps[0]!.reasoningText, usage),
    });
    await app.settle(threadId);
    expect(modelCalls[1]!.prompt.find(({ role }) => role === "assistant")!.content[0]).toEqual({
      type: "reasoning",
      text: "Let me see.",
      providerOptions: providerMetadata,
    });
    expect((await last(app, threadId)).usage).toMatchObject({ reasoningTokens: 3, cachedInputTokens: 6 });
    expect(completed).toEqual([
      "Let me see.",
      { inputTokens: 20, outputTokens: 10, totalTokens: 30, reasoningTokens: 3, cachedInputTokens: 6 },
    ]);
  });

  test("structured output", async () => {
    setScript([record("a"), [...says('{"city":"Oslo"}'), ...ends()]]);
    const output = Output.object({ schema: z.object({ city: z.string() }) });
    const { app, threadId } = await begin({ output });
    await app.settle(threadId);
    expect(modelCalls[1]!.responseFormat).toMatchObject({ type: "json" });
    expect((await last(app, threadId)).output).toEqual({ city: "Oslo" });
  });

  test("stop, and resume", async () => {
    setScript([[...says("one two three four", 15_000), ...ends()], hello]);
    const { app, threadId } = await begin();
    await app.until(async () => modelCalls.length === 1);
    if (saveStreamDeltas) await app.until(async () => (await shownText(app, threadId)).includes("two"));
    await app.mutation(api.stopThread, { threadId });
    expect(await app.settle(threadId)).toMatchObject({ status: "stopped", stopReason: "user" });
    await app.until(() => modelCalls[0]!.abortSignal!.aborted);
    await app.mutation(api.resumeThread, { threadId, prompt: "Go on" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const kept = saveStreamDeltas ? ["assistant: one two "] : [];
    expect(spokenTo(modelCalls[1]!.prompt)).toEqual(["user: Go", ...kept, "user: Go on"]);
    expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Hello.");
  });

  test("what prepareStep changes holds for its step alone", async () => {
    setScript([record("a"), record("b"), hello]);
    const now = { role: "user", content: "Now." } as const;
    const { app, threadId } = await begin({
      prepareStep: ({ stepNumber, messages }) =>
        stepNumber === 1 ? { system: "Hurry.", messages: [...messages, now], toolChoice: "required" } : {},
    });
    await app.settle(threadId);
    expect(modelCalls.map(({ prompt }) => prompt[0]!.content)).toEqual(["Be brief.", "Hurry.", "Be brief."]);
    expect(modelCalls.map(({ toolChoice }) => toolChoice?.type)).toEqual(["auto", "required", "auto"]);
    expect(modelCalls.map(({ prompt }) => JSON.stringify(prompt).includes("Now."))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("system messages that transformMessages adds", async () => {
    setScript([hello]);
    const { app, threadId } = await begin({
      transformMessages: (messages) => [{ role: "system", content: "Today is Monday." }, ...messages],
    });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const system = modelCalls[0]!.prompt.filter(({ role }) => role === "system");
    expect(system.map(({ content }) => content)).toEqual(["Be brief.", "Today is Monday."]);
  });
});

test("callbacks of the step are called once it is committed, and the SDK's own while it runs", async () => {
  const called: string[] = [];
  const own = isAiSdk7 ? "onEnd" : "onFinish";
  const options: StreamHandlerOptions = {
    ...defaultOptions,
    onStepFinish: ({ stepNumber, threadId }) => void called.push(`onStepFinish ${stepNumber} of ${threadId}`),
  };
  overrides.options = { ...options, [own]: () => void called.push(own) };
  setScript([record("a"), hello]);
  const app = setup();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect(called).toEqual([own, `onStepFinish 0 of ${threadId}`, own, `onStepFinish 1 of ${threadId}`]);
});

test.runIf(isAiSdk7)("what only AI SDK 7 knows is stored as 6 would, or not at all", async () => {
  const only7 = [
    { type: "custom", kind: "test.note", providerMetadata: { test: { note: 1 } } },
    { type: "reasoning-file", mediaType: "image/png", data: { type: "data", data: "AA==" } },
  ] as unknown as ModelStep;
  setScript([[...only7, ...says("Hello."), ...ends()]]);
  overrides.options = defaultOptions;
  const app = setup();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect((await app.query(api.listMessages, { threadId })).at(-1)!.parts).toMatchObject([
    { type: "file", mediaType: "image/png" },
    { type: "text", text: "Hello." },
  ]);
});
