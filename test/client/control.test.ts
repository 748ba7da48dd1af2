import { expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, pendingJobs, shownText, spokenTo } from "../support/inspect.js";

/** An answer whose words come a second apart. */
const slowly = (text: string) => [...says(text, 1_000), ...ends()];
const quickly = (text: string) => [...says(text), ...ends()];

const asks = [...calls("ask", { question: "Really?" }, "q"), ...ends("tool-calls")];

/** Starts a turn and lets it run until its reader has seen the text. */
async function startUntilShown(app: App, prompt: string, text: string) {
  const threadId = await app.mutation(api.createThread, { prompt });
  await app.until(async () => (await shownText(app, threadId)).includes(text));
  return threadId;
}

test("a stop in mid-stream is immediate and keeps exactly the text that was shown", async () => {
  const app = setup();
  setScript([slowly("one two three four five")]);
  const threadId = await startUntilShown(app, "Count", "three");
  const shown = await shownText(app, threadId);

  await app.mutation(api.stopThread, { threadId });

  expect(await app.query(api.getThread, { threadId, inspect: true })).toMatchObject({
    status: "stopped",
    stopReason: "user",
  });
  // The text stays where readers saw it until it is a message.
  expect(await shownText(app, threadId)).toBe(shown);
  await app.settle(threadId);
  const kept = await app.query(api.listMessages, { threadId });
  expect(kept.at(-1)).toMatchObject({ role: "assistant", partial: true });
  expect(kept.at(-1)!.parts).toEqual([{ type: "text", text: shown }]);
  expect(await shownText(app, threadId)).toBe("");
});

test("a stop aborts the request to the provider at the next flush, and later writes are refused", async () => {
  const app = setup();
  setScript([slowly("one two three four five six seven eight")]);
  const threadId = await startUntilShown(app, "Count", "two");
  await app.mutation(api.stopThread, { threadId });
  await app.settle(threadId);
  const stopped = await app.transcript(threadId);
  expect(modelCalls[0]!.abortSignal!.aborted).toBe(false);

  await app.until(() => modelCalls[0]!.abortSignal!.aborted);

  await app.advance(60_000);
  expect(await app.transcript(threadId)).toEqual(stopped);
  expect(await app.query(api.getThread, { threadId, inspect: true })).toMatchObject({ status: "stopped" });
  expect(modelCalls).toHaveLength(1);
  expect(await pendingJobs(app)).toEqual([]);
});

test("a stop before the stream handler starts keeps it from doing anything", async () => {
  const app = setup();
  setScript([quickly("Hello.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.mutation(api.stopThread, { threadId });
  await app.advance(60_000);
  expect(modelCalls).toHaveLength(0);
  expect(await app.transcript(threadId)).toEqual(["user: Hi"]);
});

test("a stop during backoff ends the attempts", async () => {
  const app = setup();
  setScript([[{ throw: new TypeError("fetch failed") }], quickly("Never said.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  const thread = () => app.query(api.getThread, { threadId, inspect: true });
  await app.until(async () => (await thread())!.error !== undefined);

  await app.mutation(api.stopThread, { threadId });

  expect(await thread()).toMatchObject({ status: "stopped" });
  await app.advance(60_000);
  expect(modelCalls).toHaveLength(1);
  expect(await thread()).toMatchObject({ status: "stopped" });
});

test("a stop while tools run cancels the calls that have no outcome, and late answers are refused", async () => {
  const app = setup();
  setScript([asks, quickly("Never said.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length === 1);

  await app.mutation(api.stopThread, { threadId });

  const cancelled = await app.transcript(threadId);
  expect(cancelled).toEqual([
    "user: Ask",
    'tool-ask output-error "The turn was stopped before this tool call had an outcome."',
  ]);
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "q", result: "yes" }))).toBe(
    "tool_call_settled",
  );
  expect(await codeOf(app.mutation(api.addToolError, { toolCallId: "q", error: "no" }))).toBe(
    "tool_call_settled",
  );
  await app.advance(60_000);
  expect(await app.transcript(threadId)).toEqual(cancelled);
  expect(modelCalls).toHaveLength(1);
});

test.each([0, 15_000])(
  "the late outcome of a handler that ran when the thread stopped changes nothing (slice %i)",
  async (slice) => {
    const app = setup();
    overrides.slice = slice;
    setScript([
      [...calls("slow", { key: "a" }, "1"), ...calls("record", { key: "b" }, "2"), ...ends("tool-calls")],
    ]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    const recorded = 'tool-record output-available {"recorded":"b"}';
    await app.until(async () => (await app.transcript(threadId)).includes(recorded));

    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    const stopped = await app.transcript(threadId);
    await app.advance(60_000);

    expect(await app.transcript(threadId)).toEqual(stopped);
    expect(stopped).toEqual([
      "user: Go",
      'tool-slow output-error "The turn was stopped before this tool call had an outcome."',
      'tool-record output-available {"recorded":"b"}',
    ]);
    expect(await app.query(api.getThread, { threadId, inspect: true })).toMatchObject({ status: "stopped" });
    expect(modelCalls).toHaveLength(1);
  },
);

test("a stop of a settled thread changes nothing", async () => {
  const app = setup();
  setScript([quickly("Hello.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  const before = await app.settle(threadId);
  await app.mutation(api.stopThread, { threadId });
  expect(await app.query(api.getThread, { threadId, inspect: true })).toEqual(before);
});

test("a resume after a stop goes on from the text that was kept", async () => {
  const app = setup();
  setScript([slowly("one two three four five"), quickly("four five")]);
  const threadId = await startUntilShown(app, "Count", "three");
  await app.mutation(api.stopThread, { threadId });

  await app.mutation(api.resumeThread, { threadId });

  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual(["user: Count", "assistant: one two three "]);
  expect(await app.transcript(threadId)).toEqual([
    "user: Count",
    "assistant: one two three ",
    "assistant: four five",
  ]);
});

test("a resume after a stop during tools gives the model an outcome for each call", async () => {
  const app = setup();
  setScript([asks, quickly("Never mind.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length === 1);
  await app.mutation(api.stopThread, { threadId });

  await app.mutation(api.resumeThread, { threadId, prompt: "Go on" });

  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual([
    "user: Ask",
    "assistant: tool-call",
    "tool: tool-result",
    "user: Go on",
  ]);
});

test.each([
  { prompt: undefined, sent: ["user: Hi"] },
  { prompt: "Again", sent: ["user: Hi", "user: Again"] },
])("a resume after a failure, with the prompt $prompt, tries again", async ({ prompt, sent }) => {
  const app = setup();
  setScript([[{ throw: new Error("No such model") }], quickly("Hello.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({ status: "failed" });

  await app.mutation(api.resumeThread, { threadId, prompt });

  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual(sent);
  expect(await app.transcript(threadId)).toEqual([...sent, "assistant: Hello."]);
});
