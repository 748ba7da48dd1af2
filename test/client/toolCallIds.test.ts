import { describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { codeOf, sentOutcomes } from "../support/inspect.js";

const asks = (id: string, question = "Really?") => [...calls("ask", { question }, id), ...ends("tool-calls")];
const done = [...says("Done."), ...ends()];
const text = (value: unknown) => ({ type: "text", value });

test("an answer to a call that does not exist is refused", async () => {
  const app = setup();
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "?", result: 1 }))).toBe(
    "tool_call_not_found",
  );
  expect(await codeOf(app.mutation(api.addToolError, { toolCallId: "?", error: "x" }))).toBe(
    "tool_call_not_found",
  );
});

test("an id that two threads share needs the thread's id, and then answers that thread alone", async () => {
  const app = setup();
  setScript((prompt) => (sentOutcomes(prompt).length > 0 ? done : asks("same")));
  const first = await app.mutation(api.createThread, { prompt: "First" });
  const second = await app.mutation(api.createThread, { prompt: "Second" });
  await app.until(() => sideEffects.length === 2);
  const answer = { toolCallId: "same", result: "for the second" };

  expect(await codeOf(app.mutation(api.addToolResult, answer))).toBe("tool_call_ambiguous");
  expect(await codeOf(app.mutation(api.addToolError, { toolCallId: "same", error: "x" }))).toBe(
    "tool_call_ambiguous",
  );
  await app.mutation(api.addToolResult, { ...answer, threadId: second });

  expect(await app.settle(second)).toMatchObject({ status: "completed" });
  expect(await app.query(api.getThread, { threadId: first })).toMatchObject({
    status: "awaiting_tool_results",
  });
});

test("a call is not found in another thread", async () => {
  const app = setup();
  setScript([asks("1")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const other = await app.mutation(api.createThread, {});
  await app.until(() => sideEffects.length === 1);
  const answer = { toolCallId: "1", result: 1 };
  expect(await codeOf(app.mutation(api.addToolResult, { ...answer, threadId: other }))).toBe(
    "tool_call_not_found",
  );
  expect(await codeOf(app.mutation(api.addToolResult, { ...answer, threadId: "nonsense" }))).toBe(
    "tool_call_not_found",
  );
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "awaiting_tool_results" });
});

test("an id that the model uses again in a later step means the call that still waits", async () => {
  const app = setup();
  setScript([asks("same", "One?"), asks("same", "Two?"), done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => sideEffects.length === 1);
  await app.mutation(api.addToolResult, { toolCallId: "same", result: "one" });
  await app.until(() => sideEffects.length === 2);
  await app.mutation(api.addToolResult, { toolCallId: "same", result: "two" });

  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[2]!.prompt)).toEqual([
    ["same", text("one")],
    ["same", text("two")],
  ]);
  expect(await app.transcript(threadId)).toEqual([
    "user: Go",
    'tool-ask output-available "one"',
    'tool-ask output-available "two"',
    "assistant: Done.",
  ]);
});

describe("beside a fork's copy of the call", () => {
  test("the call that waits is the one meant", async () => {
    const app = setup();
    setScript((prompt) => (sentOutcomes(prompt).length > 0 ? done : asks("1")));
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => sideEffects.length === 1);
    for (let i = 0; i < 2; i++) await app.mutation(api.forkThread, { threadId });
    await app.advance(1_000);
    await app.mutation(api.addToolResult, { toolCallId: "1", result: "yes" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect((await app.transcript(threadId))[1]).toBe('tool-ask output-available "yes"');
  });

  test("a call that has ended is settled, not ambiguous, and the copy alone is not found", async () => {
    const app = setup();
    setScript([asks("1"), done]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => sideEffects.length === 1);
    const answer = { toolCallId: "1", result: "yes" };
    await app.mutation(api.addToolResult, answer);
    await app.settle(threadId);
    const forkId = await app.mutation(api.forkThread, { threadId });
    await app.advance(1_000);
    expect(await codeOf(app.mutation(api.addToolResult, answer))).toBe("tool_call_settled");
    expect(await codeOf(app.mutation(api.addToolResult, { ...answer, threadId: forkId }))).toBe(
      "tool_call_settled",
    );
    await app.mutation(api.deleteThread, { threadId });
    expect(await codeOf(app.mutation(api.addToolResult, answer))).toBe("tool_call_not_found");
  });

  test("the same id in the fork's own next step is answered", async () => {
    const app = setup();
    setScript([asks("1"), done, asks("1"), done]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => sideEffects.length === 1);
    await app.mutation(api.addToolResult, { toolCallId: "1", result: "one" });
    await app.settle(threadId);
    const forkId = await app.mutation(api.forkThread, { threadId });
    await app.mutation(api.sendMessage, { threadId: forkId, prompt: "Again" });
    await app.until(() => sideEffects.length === 2);
    await app.mutation(api.addToolResult, { toolCallId: "1", result: "two" });
    expect(await app.settle(forkId)).toMatchObject({ status: "completed" });
    expect((await app.transcript(forkId)).filter((line) => line.startsWith("tool"))).toEqual([
      'tool-ask output-available "one"',
      'tool-ask output-available "two"',
    ]);
  });
});

test("of two calls that ended, one that was cut off a moment ago among them, neither is chosen", async () => {
  const app = setup();
  setScript((prompt) => (sentOutcomes(prompt).length > 0 ? done : asks("same")));
  const first = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(() => sideEffects.length === 1);
  const second = await app.mutation(api.createThread, { prompt: "Second" });
  await app.until(() => sideEffects.length === 2);
  const answer = { toolCallId: "same", result: 1 };
  await app.mutation(api.addToolResult, { ...answer, threadId: first });
  await app.settle(first);
  await app.mutation(api.stopThread, { threadId: second });
  expect(await codeOf(app.mutation(api.addToolResult, answer))).toBe("tool_call_ambiguous");
  expect(await codeOf(app.mutation(api.addToolResult, { ...answer, threadId: second }))).toBe(
    "tool_call_settled",
  );
});
