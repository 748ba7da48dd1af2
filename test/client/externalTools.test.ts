import { createAsyncTool, type DurableTool } from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, pendingJobs, sentOutcomes } from "../support/inspect.js";

type Options = Pick<DurableTool, "timeoutMs" | "needsApproval" | "approvalTimeoutMs">;
const done = [...says("Done."), ...ends()];
const json = (value: unknown) => ({ type: "json", value });

/** A thread whose model has called the tool `show`, which has no callback, once with each key, and perhaps others. */
async function waiting(app: App, keys: string[], options: Options = {}, others: string[] = []) {
  const description = "Show the person something";
  const show = createAsyncTool({ description, args: z.object({ key: z.string() }), ...options });
  overrides.options = { ...defaultOptions, tools: { ...defaultOptions.tools, show } };
  const shown = keys.flatMap((key) => calls("show", { key }, key));
  const recorded = others.flatMap((key) => calls("record", { key }, key));
  setScript([[...shown, ...recorded, ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(
    async () => (await app.query(api.getThread, { threadId }))!.status === "awaiting_tool_results",
  );
  return threadId;
}

/** Every function of the component that was ever scheduled for tools. */
const executors = ({ inComponent }: App) =>
  inComponent(async (ctx) => {
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    return jobs.filter(({ name }) => name.startsWith("executor")).length;
  });

test("a call without a callback waits for its outcome at once, for days if need be, and nothing is run for it", async () => {
  const app = setup();
  const threadId = await waiting(app, ["1", "2"]);
  await app.advance(3 * 24 * 3_600_000);
  expect(await pendingJobs(app)).toEqual([]);
  await app.mutation(api.addToolResult, { toolCallId: "2", result: { chosen: "b" } });
  await app.mutation(api.addToolError, { toolCallId: "1", error: "Nobody is in" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([
    ["1", { type: "error-text", value: "Nobody is in" }],
    ["2", json({ chosen: "b" })],
  ]);
  expect(await executors(app)).toBe(0);
});

test("its deadline counts from the commit of its step, and can be moved", async () => {
  const app = setup();
  const threadId = await waiting(app, ["1", "2"], { timeoutMs: 60_000 });
  const committedAt = Date.now();
  await app.mutation(api.moveToolCallDeadline, { toolCallId: "2", ms: 90_000 });
  await app.advance(59_000);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "awaiting_tool_results" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(Date.now() - committedAt).toBeGreaterThanOrEqual(90_000);
  const unanswered = { type: "error-text", value: "Nobody answered this tool call in time." };
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([
    ["1", unanswered],
    ["2", unanswered],
  ]);
});

test("it is approved first where that is needed, with arguments that a person edited, and then waits in its own time", async () => {
  const app = setup();
  const threadId = await waiting(app, ["1"], {
    ...{ needsApproval: true, approvalTimeoutMs: 10_000, timeoutMs: 3_600_000 },
  });
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "1", result: 1 }))).toBe(
    "tool_call_awaiting_approval",
  );
  await app.mutation(api.approveToolCall, { toolCallId: "1", args: { key: "edited" } });
  await app.advance(600_000);
  expect((await app.query(api.listMessages, { threadId })).at(-1)!.parts).toMatchObject([
    { state: "approval-responded", approval: { approved: true }, input: { key: "edited" } },
  ]);
  await app.mutation(api.addToolResult, { toolCallId: "1", result: "seen" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await executors(app)).toBe(0);
});

test("a call that nobody approves in time, or that a person denies, is denied", async () => {
  const app = setup();
  const threadId = await waiting(app, ["1", "2"], { needsApproval: true, approvalTimeoutMs: 10_000 });
  await app.mutation(api.denyToolCall, { toolCallId: "1", reason: "No." });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(JSON.stringify(sentOutcomes(modelCalls[1]!.prompt))).toContain("No.");
});

test("hundreds of them take no place from the calls that run beside them", async () => {
  const app = setup();
  const keys = Array.from({ length: 250 }, (_, index) => String(index));
  const threadId = await waiting(app, keys, {}, ["run"]);
  await app.until(() => sideEffects.includes("run"));
  for (const toolCallId of keys) await app.mutation(api.addToolResult, { toolCallId, result: null });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
}, 60_000);

test("a stop cancels it: no answer is accepted any more", async () => {
  const app = setup();
  const threadId = await waiting(app, ["1"], { timeoutMs: 60_000 });
  await app.mutation(api.stopThread, { threadId });
  expect(await app.settle(threadId)).toMatchObject({ status: "stopped" });
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "1", result: 1 }))).toBe(
    "tool_call_settled",
  );
  await app.advance(1_000);
  expect(await pendingJobs(app)).toEqual([]);
});
