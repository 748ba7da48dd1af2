import { Output, hasToolCall, stepCountIs, type ModelMessage } from "ai";
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { StreamHandlerOptions } from "convex-durable-agents";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { plainOptions } from "../support/app/plain.js";
import { sideEffects } from "../support/app/tools.js";
import { api, plainApi, setup, type App } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";

const callsRecord = (key: string) => [...calls("record", { key }, key), ...ends("tool-calls")];
const hello = [...says("Hello."), ...ends()];

const use = (options: Partial<StreamHandlerOptions>) => {
  overrides.options = { ...defaultOptions, ...options };
};

async function runTurn(app: App, prompt = "Go") {
  const threadId = await app.mutation(api.createThread, { prompt });
  const thread = await app.settle(threadId);
  return { threadId, thread };
}

beforeEach(() => setScript([hello]));

test("the options of streamText reach the model", async () => {
  const passed = {
    temperature: 0.3,
    topP: 0.9,
    seed: 7,
    maxOutputTokens: 100,
    stopSequences: ["END"],
    headers: { "x-team": "agents" },
    providerOptions: { test: { effort: "low" } },
    toolChoice: { type: "tool", toolName: "record" },
  } as const;
  use({ ...passed, stopSequences: ["END"], experimental_telemetry: { isEnabled: false } });
  await runTurn(setup());
  expect(modelCalls[0]).toMatchObject(passed);
});

test.each([
  { form: "text", instructions: "You are a cook.", expected: [["system", "You are a cook."]] },
  {
    form: "system messages",
    instructions: ["You are a cook.", "Be brief."].map((content) => ({ role: "system" as const, content })),
    expected: [
      ["system", "You are a cook."],
      ["system", "Be brief."],
    ],
  },
])("the instructions of a ToolLoopAgent reach the model as its system, as $form", async (given) => {
  const { system: _, ...others } = defaultOptions;
  const settings = {
    id: "cook",
    instructions: given.instructions,
    stopWhen: stepCountIs(2),
    temperature: 0.3,
  };
  overrides.options = { ...others, ...settings, prepareCall: undefined } as StreamHandlerOptions;
  await runTurn(setup());
  const { prompt, temperature } = modelCalls[0]!;
  const sent = prompt.filter(({ role }) => role === "system").map(({ role, content }) => [role, content]);
  expect({ sent, temperature }).toEqual({ sent: given.expected, temperature: 0.3 });
});

test("the system's instructions and the tools' definitions reach the model", async () => {
  await runTurn(setup());
  expect(modelCalls[0]!.prompt[0]).toMatchObject({ role: "system", content: "Be brief." });
  expect(modelCalls[0]!.tools).toContainEqual(
    expect.objectContaining({
      name: "record",
      description: "Record",
      inputSchema: expect.objectContaining({ type: "object", required: ["key"] }) as unknown,
    }),
  );
});

test("an output format reaches the model, and the answer is stored as it is", async () => {
  const app = setup();
  use({ output: Output.object({ schema: z.object({ city: z.string() }) }) });
  setScript([[...says('{"city":"Oslo"}'), ...ends()]]);
  const { threadId, thread } = await runTurn(app);
  expect(thread).toMatchObject({ status: "completed" });
  expect(modelCalls[0]!.responseFormat).toMatchObject({ type: "json" });
  expect((await app.transcript(threadId)).at(-1)).toBe('assistant: {"city":"Oslo"}');
});

test.each([
  ["a number of steps", stepCountIs(2), ["a", "b"]],
  ["a tool's name", hasToolCall("record"), ["a"]],
  ["a list, of which one is met", [stepCountIs(9), stepCountIs(3)], ["a", "b", "c"]],
  [
    "the steps' texts and results",
    ({ steps }: { steps: { text: string; toolResults: { output: unknown }[] }[] }) =>
      steps.some(({ toolResults }) =>
        toolResults.some(({ output }) => JSON.stringify(output).includes('"b"')),
      ),
    ["a", "b"],
  ],
])("stopWhen, given as %s, ends the turn after the tools of the step ran", async (_what, stopWhen, ran) => {
  const app = setup();
  use({ stopWhen: stopWhen as StreamHandlerOptions["stopWhen"] });
  setScript((_prompt, index) => callsRecord("abcdefgh"[index]!));
  const { thread } = await runTurn(app);
  expect(thread).toMatchObject({ status: "completed" });
  expect(sideEffects).toEqual(ran);
  expect(modelCalls).toHaveLength(ran.length);
});

test("prepareStep sees the turn's durable steps and may change the step", async () => {
  const app = setup();
  const seen: unknown[] = [];
  use({
    prepareStep: ({ stepNumber, steps }) => {
      seen.push([stepNumber, steps.map(({ toolCalls }) => toolCalls.map(({ input }) => input as unknown))]);
      return stepNumber === 0 ? {} : { toolChoice: "none", system: "Come to an end." };
    },
  });
  setScript([callsRecord("a"), hello]);
  const { threadId } = await runTurn(app);
  await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
  await app.settle(threadId);
  expect(seen).toEqual([
    [0, []],
    [1, [[{ key: "a" }]]],
    [0, []],
  ]);
  expect(modelCalls.map(({ toolChoice }) => toolChoice?.type)).toEqual(["auto", "none", "auto"]);
  expect(modelCalls[1]!.prompt[0]).toMatchObject({ role: "system", content: "Come to an end." });
});

test("transformMessages changes what the model is sent, and nothing that is stored", async () => {
  const app = setup();
  use({
    transformMessages: async (messages: ModelMessage[]) => [
      ...messages,
      { role: "user", content: "(be kind)" },
    ],
  });
  const { threadId } = await runTurn(app);
  expect(spokenTo(modelCalls[0]!.prompt)).toEqual(["user: Go", "user: (be kind)"]);
  expect(await app.transcript(threadId)).toEqual(["user: Go", "assistant: Hello."]);
});

test("options may be a function that is called for each step with the thread", async () => {
  const app = setup();
  const made: string[] = [];
  overrides.options = async (ctx, threadId) => {
    const thread = await ctx.runQuery(api.getThread, { threadId });
    made.push(`${threadId} ${thread!.status}`);
    return { ...defaultOptions, system: `You are in ${threadId}.` };
  };
  setScript([callsRecord("a"), hello]);
  const { threadId } = await runTurn(app);
  expect(made).toEqual([`${threadId} streaming`, `${threadId} streaming`]);
  expect(modelCalls[0]!.prompt[0]).toMatchObject({ content: `You are in ${threadId}.` });
});

test("a model is the only required option", async () => {
  const app = setup();
  const threadId = await app.mutation(plainApi.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(spokenTo(modelCalls[0]!.prompt)).toEqual(["user: Hi"]);
  expect(plainOptions).toEqual({ model: expect.anything() as unknown });
});

test("the AI SDK's own callbacks are called once for each attempt at a step", async () => {
  const app = setup();
  const called: string[] = [];
  use({
    onChunk: ({ chunk }) => void (chunk.type === "tool-call" && called.push("onChunk")),
    onFinish: ({ text }) => void called.push(`onFinish ${text}`),
  });
  setScript([callsRecord("a"), [{ type: "error", error: "Bad input" }, ...ends("error")]]);
  const { thread } = await runTurn(app);
  expect(thread).toMatchObject({ status: "failed" });
  expect(called).toEqual(["onChunk", "onFinish ", "onFinish "]);
});

test("an abort signal of the app ends the step, which fails", async () => {
  const app = setup();
  const abort = new AbortController();
  use({ abortSignal: abort.signal });
  setScript([[...says("one two three four", 1_000), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => modelCalls.length === 1);
  abort.abort(new Error("Out of money"));
  expect(await app.settle(threadId)).toMatchObject({
    status: "failed",
    error: { message: "Out of money" },
  });
});
