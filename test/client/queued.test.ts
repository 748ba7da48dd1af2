import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { shownText, spokenTo } from "../support/inspect.js";

const slowly = (text: string) => [...says(text, 1_000), ...ends()];
const quickly = (text: string) => [...says(text), ...ends()];

test("a message sent while the model answers is listed at once and answered by the next turn", async () => {
  const app = setup();
  setScript([slowly("First answer."), quickly("Second answer.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await shownText(app, threadId)) !== "");

  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });

  expect(await app.transcript(threadId)).toEqual(["user: First", "user: Second"]);
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls.map(({ prompt }) => spokenTo(prompt))).toEqual([
    ["user: First"],
    ["user: First", "assistant: First answer.", "user: Second"],
  ]);
  expect(await app.transcript(threadId)).toEqual([
    "user: First",
    "assistant: First answer.",
    "user: Second",
    "assistant: Second answer.",
  ]);
});

test("a message sent while tools run does not reach the running turn's later steps", async () => {
  const app = setup();
  setScript([
    [...calls("slow", { key: "a" }, "1"), ...ends("tool-calls")],
    quickly("Done."),
    quickly("Second answer."),
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(() => sideEffects.length === 1);
  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual([
    "user: First",
    "assistant: tool-call",
    "tool: tool-result",
  ]);
  expect(spokenTo(modelCalls[2]!.prompt)!.slice(-2)).toEqual(["assistant: Done.", "user: Second"]);
});

test("several messages sent while a turn runs are answered together, in their order", async () => {
  const app = setup();
  setScript([slowly("First answer."), quickly("Both.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "One" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  for (const prompt of ["Two", "Three", "Four"]) await app.mutation(api.sendMessage, { threadId, prompt });
  await app.settle(threadId);
  expect(modelCalls).toHaveLength(2);
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual([
    "user: One",
    "assistant: First answer.",
    "user: Two",
    "user: Three",
    "user: Four",
  ]);
});

test.each(["resumeThread", "sendMessage"] as const)(
  "a message sent before a stop is answered after the next %s",
  async (next) => {
    const app = setup();
    setScript([slowly("one two three four"), quickly("Answer.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await shownText(app, threadId)).includes("one"));
    await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
    await app.mutation(api.stopThread, { threadId });
    await app.advance(60_000);
    expect(modelCalls).toHaveLength(1);

    await app.mutation(api[next], { threadId, prompt: "Third" });

    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(spokenTo(modelCalls[1]!.prompt)!.slice(-2)).toEqual(["user: Second", "user: Third"]);
    expect(modelCalls).toHaveLength(2);
  },
);

test("a message sent during backoff waits for the turn that is tried again", async () => {
  const app = setup();
  setScript([
    [{ throw: new TypeError("fetch failed") }],
    quickly("First answer."),
    quickly("Second answer."),
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await app.query(api.getThread, { threadId }))!.error !== undefined);
  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
  await app.settle(threadId);
  expect(await app.transcript(threadId)).toEqual([
    "user: First",
    "assistant: First answer.",
    "user: Second",
    "assistant: Second answer.",
  ]);
  expect(spokenTo(modelCalls[1]!.prompt)).toEqual(["user: First"]);
});
