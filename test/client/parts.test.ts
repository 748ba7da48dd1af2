import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { anyApi } from "convex/server";
import { createActionTool } from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { isAiSdk7 } from "../support/aiSdk.js";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { shownText } from "../support/inspect.js";

const png = "iVBORw0KGgo=";
const providerMetadata = { anthropic: { signature: "signed", $ref: "#/a", _hidden: { ключ: 1 } } };

const thinks = (text: string): ModelStep => [
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: text },
  { type: "reasoning-end", id: "r", providerMetadata },
];

/** Has the model answer with a step, and gives back the answer as stored and as the next turn's prompt has it. */
async function afterStep(...steps: ModelStep[]) {
  const app = setup();
  const last = [...says("Done."), ...ends()];
  setScript([...steps, last]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const messages = await app.query(api.listMessages, { threadId });
  const prompt = modelCalls.at(-1)!.prompt;
  return { parts: messages[1]!.parts, messages, said: saidIn(prompt), prompt };
}

/** Gives the agent a tool that takes any arguments. */
function addTool(name: string) {
  const tool = createActionTool({
    description: "Take anything",
    args: z.looseObject({}),
    handler: anyApi.programmable!.handler as never,
  });
  overrides.options = { ...defaultOptions, tools: { [name]: tool } };
}

const saidIn = (prompt: LanguageModelV3Prompt) =>
  prompt.flatMap((message) => (message.role === "assistant" ? message.content : []));

test("text and its provider's metadata come back in the next prompt", async () => {
  const { said } = await afterStep([
    { type: "text-start", id: "t" },
    { type: "text-delta", id: "t", delta: "Hello." },
    { type: "text-end", id: "t", providerMetadata },
    ...ends(),
  ]);
  expect(said[0]).toEqual({ type: "text", text: "Hello.", providerOptions: providerMetadata });
});

test("reasoning comes back with the provider's signature", async () => {
  const { said, parts } = await afterStep([...thinks("Let me see."), ...says("Hello."), ...ends()]);
  expect(said[0]).toEqual({ type: "reasoning", text: "Let me see.", providerOptions: providerMetadata });
  expect(parts.map(({ type }) => type)).toEqual(["reasoning", "text"]);
});

test("reasoning that a stop cut off is shown to the reader and not sent to the model again", async () => {
  const app = setup();
  setScript([
    [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Let me see." },
      ...says("one two three four", 1_000),
    ],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)).includes("two"));
  await app.mutation(api.stopThread, { threadId });
  await app.mutation(api.resumeThread, { threadId });
  await app.settle(threadId);
  const [, partial] = await app.query(api.listMessages, { threadId });
  expect(partial!.parts).toMatchObject([{ type: "reasoning", text: "Let me see." }, { type: "text" }]);
  expect(saidIn(modelCalls[1]!.prompt).map(({ type }) => type)).toEqual(["text"]);
});

test("an answer of which only reasoning was shown leaves nothing empty in the next prompt", async () => {
  const app = setup();
  setScript([
    [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Let me see." },
      { pauseMs: 5_000 },
      ...says("Never said."),
    ],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await app.inComponent((ctx) => ctx.db.query("deltas").collect())).length > 0);
  await app.mutation(api.stopThread, { threadId });
  await app.mutation(api.resumeThread, { threadId });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls[1]!.prompt.map(({ role }) => role)).toEqual(["system", "user"]);
});

test("sources are kept for the reader", async () => {
  const { parts } = await afterStep([
    ...says("See there."),
    { type: "source", sourceType: "url", id: "s1", url: "https://example.org", title: "There" },
    {
      type: "source",
      sourceType: "document",
      id: "s2",
      mediaType: "application/pdf",
      title: "Paper",
      filename: "p.pdf",
    },
    ...ends(),
  ]);
  expect(parts).toMatchObject([
    { type: "text" },
    { type: "source-url", sourceId: "s1", url: "https://example.org", title: "There" },
    {
      type: "source-document",
      sourceId: "s2",
      mediaType: "application/pdf",
      title: "Paper",
      filename: "p.pdf",
    },
  ]);
});

test("a file that the model made is kept for the reader and comes back in the next prompt", async () => {
  const data = (isAiSdk7 ? { type: "data", data: png } : png) as string;
  const { parts, said } = await afterStep([{ type: "file", mediaType: "image/png", data }, ...ends()]);
  expect(parts[0]).toEqual({ type: "file", mediaType: "image/png", url: `data:image/png;base64,${png}` });
  expect(said[0]).toMatchObject({ type: "file", mediaType: "image/png", data });
});

test("a tool call keeps its provider's metadata and keys that Convex does not take", async () => {
  addTool("lenient");
  const input = { key: "a", $schema: "x", _private: [{ "~": 1, naïve: 2, "": 3 }] };
  const { said, messages } = await afterStep([
    {
      type: "tool-call",
      toolCallId: "1",
      toolName: "lenient",
      input: JSON.stringify(input),
      providerMetadata,
    },
    ...ends("tool-calls"),
  ]);
  expect(said[0]).toMatchObject({
    type: "tool-call",
    toolCallId: "1",
    input,
    providerOptions: providerMetadata,
  });
  expect(messages[1]!.parts).toContainEqual(
    expect.objectContaining({ type: "tool-lenient", toolCallId: "1" }),
  );
});

test("a call of an unknown tool keeps its provider's metadata, which some providers refuse to miss", async () => {
  const { said } = await afterStep([
    { type: "tool-call", toolCallId: "1", toolName: "nonsense", input: "{}", providerMetadata },
    ...ends("tool-calls"),
  ]);
  expect(said[0]).toMatchObject({ type: "tool-call", toolCallId: "1", providerOptions: providerMetadata });
});

test("a tool that the provider runs itself is not run by us, and its result survives", async () => {
  const { said, parts, prompt } = await afterStep([
    {
      type: "tool-call",
      toolCallId: "p1",
      toolName: "web_search",
      input: '{"query":"convex"}',
      providerExecuted: true,
    },
    { type: "tool-result", toolCallId: "p1", toolName: "web_search", result: { found: 1, $id: "x" } },
    ...says("Found it."),
    ...ends(),
  ]);
  expect(sideEffects).toEqual([]);
  expect(parts[0]).toMatchObject({ state: "output-available", providerExecuted: true });
  expect(said.map(({ type }) => type)).toEqual(
    ["tool-call", "tool-result", "text", "text"].slice(0, said.length),
  );
  expect(JSON.stringify(prompt)).toContain('"$id":"x"');
});

test("each step of a turn is a message of its own, with what it cost and why it ended", async () => {
  const { messages } = await afterStep([
    ...says("I record it."),
    ...calls("record", { key: "a" }, "1"),
    ...ends("tool-calls"),
  ]);
  expect(messages.map(({ role, turn, step, finishReason }) => [role, turn, step, finishReason])).toEqual([
    ["user", 1, 0, undefined],
    ["assistant", 1, 1, "tool-calls"],
    ["assistant", 1, 2, "stop"],
    ["user", 2, 0, undefined],
    ["assistant", 2, 1, "stop"],
  ]);
  expect(messages[1]!.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, totalTokens: 15 });
});
