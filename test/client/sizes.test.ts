import { expect, test } from "vitest";
import type { Id } from "../../component/_generated/dataModel.js";
import { foldShown } from "../../component/lib/shownText.js";
import { component } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup } from "../support/harness.js";
import { readStream, shownText, textOf } from "../support/inspect.js";
import { setSyncTool } from "../support/tool.js";

const LARGE = "x".repeat(900_000);

/** The characters of what the model was sent last, and the role that it begins with. */
function lastPrompt() {
  const prompt = modelCalls.at(-1)!.prompt.filter(({ role }) => role !== "system");
  return { length: JSON.stringify(prompt).length, first: prompt[0]!.role };
}

test.each<[string, ModelStep]>([
  [
    "more parts than a list may have",
    Array.from({ length: 9_000 }, (_, id): ModelStep[number] => ({
      type: "source",
      sourceType: "url",
      id: String(id),
      url: `https://example.com/${id}`,
    })),
  ],
  [
    "more arguments than a call of a function may have",
    Array.from({ length: 30 }, (_, id) => calls("tool", { key: LARGE }, String(id))).flat(),
  ],
  ["text larger than a row", says("x".repeat(1_100_000))],
])("an answer with %s fails the turn with a code, after one model call", async (_what, step) => {
  const app = setup();
  setSyncTool();
  setScript(() => [...step, ...ends()]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const { status, error } = (await app.settle(threadId))!;
  expect({ status, code: error?.code, calls: modelCalls.length }).toEqual({
    status: "failed",
    code: "step_too_large",
    calls: 1,
  });
});

test("a long history is cut before its newest 12 MiB, at a user's message", async () => {
  const app = setup();
  setScript(() => [...says("Yes."), ...ends()]);
  const threadId = await app.mutation(api.createThread, { prompt: LARGE });
  for (let turn = 1; turn <= 15; turn++) {
    await app.settle(threadId);
    await app.mutation(api.sendMessage, { threadId, prompt: turn < 15 ? LARGE : "Last" });
  }
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const { length, first } = lastPrompt();
  expect(first).toBe("user");
  expect(length).toBeGreaterThan(11 * 1024 * 1024);
  expect(length).toBeLessThan(12 * 1024 * 1024);
});

test("a turn that alone is larger than 12 MiB fails with a code", async () => {
  const app = setup();
  setSyncTool();
  program.run = () => LARGE;
  setScript((_prompt, index) => [...calls("tool", { key: "k" }, String(index)), ...ends("tool-calls")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const { status, error } = (await app.settle(threadId))!;
  expect({ status, code: error?.code, calls: modelCalls.length }).toEqual({
    status: "failed",
    code: "history_too_large",
    calls: 14,
  });
});

test("a character that the provider has cut is shown and stored whole", async () => {
  const app = setup();
  setScript([
    [
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "one \ud83d" },
      { pauseMs: 2_000 },
      { type: "text-delta", id: "t", delta: "\ude00 two" },
      { pauseMs: 2_000 },
      { type: "text-end", id: "t" },
      ...ends(),
    ],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  expect(await shownText(app, threadId)).toBe("one ");
  const { stream } = (await readStream(app, threadId))!;
  await app.until(async () => (await shownText(app, threadId)).includes("two"));
  expect(await shownText(app, threadId)).toBe("one 😀 two");
  await app.settle(threadId);
  const [, answer] = (
    await app.query(api.listMessagesWithStreams, { threadId, streamArgs: { kind: "messages", after: 0 } })
  ).messages!;
  expect(answer).toMatchObject({
    streamed: { streamId: stream!.streamId, lengths: ["one 😀 two".length] },
    parts: [{ text: "" }],
  });
});

test("the text of an answer that was cut off is cut between two characters", () => {
  const chunks = [{ type: "text-delta", id: "t", delta: "" }, "aé😀".repeat(100)];
  for (let bytes = 60; bytes < 100; bytes++) {
    const text = foldShown(chunks, bytes)[0]!.text!;
    expect("aé😀".repeat(100).startsWith(text) && !/\p{Surrogate}/u.test(text)).toBe(true);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(bytes);
    expect(text.length).toBeGreaterThan(0);
  }
});

test("a stream of 32,000 deltas is read, stopped, and does not hold up the next step", async () => {
  const app = setup();
  setScript((_prompt, index) => [...says(index === 0 ? "one two" : "Again.", 30_000), ...ends()]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  const { stream } = (await readStream(app, threadId))!;
  const id = stream!.streamId as Id<"streams">;
  for (let from = 1_000; from < 33_000; from += 8_000)
    await app.inComponent(async ({ db }) => {
      for (let seq = from; seq < from + 8_000; seq++)
        await db.insert("deltas", { stream: id, seq, chunks: ["x"] });
    });
  const { chunks, seq } = (await readStream(app, threadId))!;
  expect(chunks.length).toBeLessThan(8_192);
  expect(seq).toBeLessThan(33_000);
  await app.mutation(api.stopThread, { threadId });
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "stopped" });
  await app.mutation(api.resumeThread, { threadId, prompt: "More" });
  await app.until(() => modelCalls.length === 2);
  const partial = (await app.query(api.listMessages, { threadId })).find((message) => message.partial)!;
  expect(textOf(partial.parts.map((part) => ("text" in part ? part.text : ""))).length).toBeGreaterThan(
    7_000,
  );
});

test("a delta beyond the bound of a stream is not stored, and is a sign of life", async () => {
  const app = setup();
  setScript([[...says("one two", 30_000), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  const { generation, lease } = (await app.query(api.getThread, { threadId, inspect: true }))!.snapshot!
    .context;
  const write = { threadId, generation, lease: lease!, seq: 8_000, chunks: ["beyond"] };
  await app.t.run((ctx) => ctx.runMutation(component.steps.flush, write));
  expect(await shownText(app, threadId)).not.toContain("beyond");
  const [stream] = await app.inComponent(({ db }) => db.query("streams").collect());
  expect(stream).toMatchObject({ heartbeatAt: Date.now() });
});
