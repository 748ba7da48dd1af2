import { anyApi } from "convex/server";
import { createAsyncTool } from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { codeOf, sentOutcomes } from "../support/inspect.js";

const ask = (id: string) => calls("ask", { question: "Really?" }, id);
const done = [...says("Done."), ...ends()];
const json = (value: unknown) => ({ type: "json", value });
const text = (value: unknown) => ({ type: "text", value });
const error = (value: unknown) => ({ type: "error-text", value });

/** Starts a turn whose first step makes these calls, and waits for its callbacks. */
async function startCalls(app: ReturnType<typeof setup>, ...toolCalls: ModelStep[]) {
  setScript([[...toolCalls.flat(), ...ends("tool-calls")], done]);
  const before = sideEffects.length;
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => sideEffects.length === before + toolCalls.length);
  return threadId;
}

/** Gives the agent an async tool whose callback does what `program.run` says. */
function addAsyncTool() {
  const tool = createAsyncTool({
    description: "Run the test's program",
    args: z.object({}),
    callback: anyApi.programmable!.handler as never,
  });
  overrides.options = { ...defaultOptions, tools: { tool } };
}

test("the callback receives which call needs an answer", async () => {
  const app = setup();
  addAsyncTool();
  const received: unknown[] = [];
  program.run = (_ctx, args) => received.push(args);
  setScript([[...calls("tool", {}, "c1"), ...ends("tool-calls")]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => received.length > 0);
  expect(received).toEqual([{ threadId, toolCallId: "c1", toolName: "tool", args: {} }]);
});

test("an async call waits, for days if need be, with nothing scheduled", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"));
  await app.advance(3 * 24 * 3_600_000);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "awaiting_tool_results" });
  await app.mutation(api.addToolResult, { toolCallId: "1", result: { answer: "yes" } });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", json({ answer: "yes" })]]);
});

test("the model receives the error that an async call is answered with", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"));
  await app.mutation(api.addToolError, { toolCallId: "1", error: "Nobody is in" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", error("Nobody is in")]]);
});

test("several async calls are answered in any order, and the model is asked once, after the last", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"), ask("2"), ask("3"));
  await app.mutation(api.addToolResult, { toolCallId: "3", result: 3 });
  await app.mutation(api.addToolError, { toolCallId: "1", error: "one" });
  await app.advance(30_000);
  expect(modelCalls).toHaveLength(1);
  await app.mutation(api.addToolResult, { toolCallId: "2", result: null });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(2);
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([
    ["1", error("one")],
    ["2", json(null)],
    ["3", json(3)],
  ]);
});

test("a call may be answered before its callback has begun", async () => {
  const app = setup();
  setScript([[...ask("1"), ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(
    async () => (await app.query(api.getThread, { threadId }))!.status === "awaiting_tool_results",
  );
  await app.mutation(api.addToolResult, { toolCallId: "1", result: "early" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", text("early")]]);
});

test.each([
  ["returns", () => null],
  [
    "throws",
    () => {
      throw new Error("Too late");
    },
  ],
])("a callback that answers its own call and then %s leaves that answer", async (_how, end) => {
  const app = setup();
  addAsyncTool();
  program.run = async (ctx, { toolCallId }) => {
    await ctx.runMutation(api.addToolResult, { toolCallId: toolCallId as string, result: "by myself" });
    return end();
  };
  setScript([[...calls("tool", {}, "1"), ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  await app.advance(60_000);
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", text("by myself")]]);
  expect(modelCalls).toHaveLength(2);
});

test("a callback that throws is tried again, and then its error is the outcome", async () => {
  const app = setup();
  addAsyncTool();
  let runs = 0;
  program.run = () => {
    throw new Error(`failure ${++runs}`);
  };
  setScript([[...calls("tool", {}, "1"), ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", error("failure 3")]]);
});

test("a call is answered once: further results and errors are refused", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"), ask("2"));
  const refusals = () =>
    Promise.all([
      codeOf(app.mutation(api.addToolResult, { toolCallId: "1", result: "second" })),
      codeOf(app.mutation(api.addToolError, { toolCallId: "1", error: "second" })),
    ]);
  await app.mutation(api.addToolResult, { toolCallId: "1", result: "first" });
  expect(await refusals()).toEqual(["tool_call_settled", "tool_call_settled"]);
  await app.mutation(api.addToolResult, { toolCallId: "2", result: null });
  await app.settle(threadId);
  expect(await refusals()).toEqual(["tool_call_settled", "tool_call_settled"]);
  expect(sentOutcomes(modelCalls[1]!.prompt)[0]).toEqual(["1", text("first")]);
});

test("the call of a sync tool cannot be answered from outside", async () => {
  const app = setup();
  const threadId = await startCalls(app, calls("slow", { key: "a" }, "1"));
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "1", result: 1 }))).toBe(
    "tool_call_not_async",
  );
  expect(await codeOf(app.mutation(api.addToolError, { toolCallId: "1", error: "x" }))).toBe(
    "tool_call_not_async",
  );
  await app.settle(threadId);
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", json({ recorded: "a" })]]);
});

test("a result that is larger than a document is refused, and the call still waits", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"));
  const result = "x".repeat(1_100_000);
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "1", result }))).toBe("result_too_large");
  await app.mutation(api.addToolResult, { toolCallId: "1", result: "short" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});

test("an error that is larger than a document is refused, and the call still waits", async () => {
  const app = setup();
  const threadId = await startCalls(app, ask("1"));
  const error = "x".repeat(1_100_000);
  expect(await codeOf(app.mutation(api.addToolError, { toolCallId: "1", error }))).toBe("result_too_large");
  await app.mutation(api.addToolError, { toolCallId: "1", error: "short" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});
