import { Output, stepCountIs, type OutputInterface } from "ai";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { StreamHandlerOptions, TurnCompleteEvent } from "convex-durable-agents";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";
import { shownText } from "../support/inspect.js";

const city = Output.object({ schema: z.object({ city: z.string(), people: z.number() }) });
const OSLO = '{"city":"Oslo","people":700000}';
const callsRecord: ModelStep = [...calls("record", { key: "a" }, "a"), ...ends("tool-calls")];
const answers = (text: string): ModelStep => [...says(text), ...ends()];

const completed: TurnCompleteEvent[] = [];
afterEach(() => void (completed.length = 0));

const use = (options: Partial<StreamHandlerOptions>) => {
  const onTurnComplete = (event: TurnCompleteEvent) => void completed.push(event);
  overrides.options = { ...defaultOptions, onTurnComplete, ...options };
};

async function runTurn(app: App) {
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  return { thread, messages: await app.query(api.listMessages, { threadId }) };
}

const formats: [string, OutputInterface, string, unknown][] = [
  ["an object", city, OSLO, { city: "Oslo", people: 700_000 }],
  ["a list", Output.array({ element: z.number() }), '{"elements":[1,2]}', [1, 2]],
  ["a choice", Output.choice({ options: ["yes", "no"] }), '{"result":"no"}', "no"],
  ["JSON", Output.json(), '{"$any":[null]}', { $any: [null] }],
  ["nothing, as JSON", Output.json(), "null", null],
  ["a text", Output.text(), "Hello.", "Hello."],
];

test.each(formats)(
  "%s is parsed, stored with the message and passed to the callback",
  async (_what, output, text, parsed) => {
    const app = setup();
    use({ output });
    setScript([answers(text)]);
    const { thread, messages } = await runTurn(app);
    expect(thread).toMatchObject({ status: "completed" });
    const stored = _what === "JSON" ? { "~%24any": [null] } : parsed;
    expect(messages.at(-1)!.output).toEqual(stored);
    expect(completed[0]!.output).toEqual(parsed);
  },
);

test("over a turn with tools, the step that ends it carries the output, and no other", async () => {
  const app = setup();
  use({ output: city });
  setScript([
    callsRecord,
    callsRecord.map((part) => ("toolCallId" in part ? { ...part, toolCallId: "b" } : part)),
    answers(OSLO),
  ]);
  const { messages } = await runTurn(app);
  expect(messages.map((message) => "output" in message)).toEqual([false, false, false, true]);
  expect(messages.at(-1)!.output).toEqual({ city: "Oslo", people: 700_000 });
});

test("the answer's text streams as it comes", async () => {
  const app = setup();
  use({ output: city });
  setScript([[...says('{"city": "Oslo", "people": 700000}', 500), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)).startsWith('{"city": "Oslo"'));
  expect((await app.query(api.getThread, { threadId }))!.status).toBe("streaming");
});

const unusable: [string, ModelStep][] = [
  ["is no JSON", answers("Oslo, of course.")],
  ["has not the form that was asked for", answers('{"city":"Oslo"}')],
  ["was cut off", [...says('{"city":"Os'), ...ends("length")]],
];

test.each(unusable)("an answer that %s is tried again", async (_what, step) => {
  const app = setup();
  use({ output: city });
  setScript([callsRecord, step, answers(OSLO)]);
  const { thread, messages } = await runTurn(app);
  expect(thread).toMatchObject({ status: "completed" });
  expect(messages).toHaveLength(3);
  expect(messages.at(-1)!.output).toEqual({ city: "Oslo", people: 700_000 });
});

test.each(unusable)("a turn whose answer %s at each attempt fails", async (_what, step) => {
  const app = setup();
  use({ output: city });
  setScript([step]);
  const { thread, messages } = await runTurn(app);
  expect(thread).toMatchObject({ status: "failed", error: { code: "invalid_output" } });
  expect(modelCalls).toHaveLength(3);
  expect(messages.filter((message) => "output" in message)).toEqual([]);
  expect(completed).toEqual([]);
});

test("a turn that stopWhen ends after tool calls has no answer, and so no output", async () => {
  const app = setup();
  use({ output: city, stopWhen: stepCountIs(1) });
  setScript([callsRecord]);
  const { thread, messages } = await runTurn(app);
  expect(thread).toMatchObject({ status: "completed" });
  expect(messages.at(-1)).not.toHaveProperty("output");
  expect(completed[0]!.output).toBeUndefined();
});

test("without an output format none is stored", async () => {
  const app = setup();
  use({});
  setScript([answers(OSLO)]);
  const { messages } = await runTurn(app);
  expect(messages.at(-1)).not.toHaveProperty("output");
});

test("an output too large to be stored with its text fails the turn", async () => {
  const app = setup();
  use({ output: Output.json() });
  setScript([answers(JSON.stringify("x".repeat(600_000)))]);
  const { thread } = await runTurn(app);
  expect(thread).toMatchObject({ status: "failed", error: { code: "step_too_large" } });
});
