import { decodeValue, encodeValue } from "convex-durable-agents";
import { expect, test } from "vitest";
import { isAiSdk7 } from "../support/aiSdk.js";
import { ends, modelCalls, says, setScript, calls } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup, type App } from "../support/harness.js";
import { sentOutcomes } from "../support/inspect.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";
import { z } from "zod";

const nested = (levels: number): unknown => (levels === 0 ? "deep" : { in: nested(levels - 1) });

const BYTES = new Uint8Array([1, 2, 3]).buffer;

/** What a tool may return, what readers get, and what the model is sent. */
const RETURNED = {
  "~x": 1,
  "~json": "[1]",
  "~%24ref": 2,
  deep: nested(30),
  numbers: [NaN, Infinity, -Infinity, -0, 7n],
  bytes: BYTES,
};
const SENT = {
  ...RETURNED,
  // AI SDK 7 makes the JSON, 6 leaves that to the provider.
  numbers: ["NaN", "Infinity", "-Infinity", isAiSdk7 ? 0 : -0, "7"],
  bytes: "AQID",
};

/** The outcome of a thread's only tool call, as clients have it. */
async function readOutput(app: App, threadId: string): Promise<unknown> {
  const messages = await app.query(api.listMessages, { threadId });
  const parts = decodeValue(messages.flatMap((message) => message.parts)) as { output?: unknown }[];
  return parts.find((part) => part.output !== undefined)?.output;
}

test("what a tool returns comes back to readers as it is, and the model is sent it as JSON", async () => {
  const app = setup();
  setSyncTool();
  callsTool("a");
  program.run = () => RETURNED;
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await readOutput(app, threadId)).toEqual(RETURNED);
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["a", { type: "json", value: SENT }]]);
});

test.each([
  ["as it is", (value: unknown) => value],
  ["encoded", encodeValue],
])("the result of an async tool that is given %s comes back likewise", async (_how, encode) => {
  const app = setup();
  setAsyncTool();
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(
    async () => (await app.query(api.getThread, { threadId }))?.status === "awaiting_tool_results",
  );
  const { "~json": _text, "~%24ref": _ref, ...given } = RETURNED;
  await app.mutation(api.addToolResult, { threadId, toolCallId: "a", result: encode(given) });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await readOutput(app, threadId)).toEqual(given);
});

test("arguments that are deeper than a document reach the handler and readers whole", async () => {
  const app = setup();
  setSyncTool({}, z.object({ value: z.any() }));
  const received: unknown[] = [];
  program.run = (_ctx, args) => void received.push(args);
  const input = { value: nested(30) };
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...calls("tool", input, "a"), ...ends("tool-calls")],
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(received).toEqual([input]);
  expect(decodeValue((await app.query(api.listMessages, { threadId }))[1]!.parts)).toMatchObject([{ input }]);
});

test("arguments that a person edits are stored whatever they are", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true }, z.object({ value: z.any() }));
  const received: unknown[] = [];
  program.run = (_ctx, args) => void received.push(args);
  callsTool("a");
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...calls("tool", { value: 1 }, "a"), ...ends("tool-calls")],
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(
    async () => (await app.query(api.getThread, { threadId }))?.status === "awaiting_tool_results",
  );
  const args = { value: nested(30) };
  await app.mutation(api.approveToolCall, { threadId, toolCallId: "a", args });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(received).toEqual([args]);
});

test("an error with half a character is an outcome like any other", async () => {
  const app = setup();
  setSyncTool({ retry: false });
  callsTool("a");
  program.run = () => {
    throw new Error("bad \ud83d");
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["a", { type: "error-text", value: "bad \ufffd" }]]);
});

test("half characters in an answer, in its calls and in its errors are stored as U+FFFD", async () => {
  const app = setup();
  setSyncTool();
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Half \ud83d."), ...ends()]
      : [...calls("tool\ud83d", { key: "\ude00" }, "call \ud83d"), ...ends("tool-calls")],
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const transcript = await app.transcript(threadId);
  expect(transcript.at(-1)).toBe("assistant: Half \ufffd.");
  expect(transcript[1]).toContain("tool\ufffd");
});
