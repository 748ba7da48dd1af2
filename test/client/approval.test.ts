import { anyApi } from "convex/server";
import { agentErrorData } from "convex-durable-agents";
import { beforeEach, expect, test } from "vitest";
import { modelCalls } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup, type App } from "../support/harness.js";
import { pendingJobs } from "../support/inspect.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";

const ran: unknown[] = [];
beforeEach(() => {
  ran.length = 0;
  program.run = (_ctx, args) => {
    ran.push(args);
    return "ran";
  };
});

/** A thread whose model has called the tool, as far as it gets without a person. */
async function waiting(app: App, ...keys: string[]) {
  callsTool(...keys);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(30_000, async () => (await parts(app, threadId)).length > 0);
  await app.advance(0);
  return threadId;
}

const codeOf = async (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => agentErrorData(error)?.code,
  );

async function parts(app: App, threadId: string) {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.flatMap((message) => message.parts.filter((part) => part.type === "tool-tool"));
}

test("a call that needs approval waits for a person, with nothing scheduled, and then runs", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a");
  expect(await parts(app, threadId)).toMatchObject([{ state: "approval-requested", approval: { id: "a" } }]);
  await app.advance(30_000);
  expect(ran).toEqual([]);
  expect(await pendingJobs(app)).toEqual([]);

  await app.mutation(api.approveToolCall, { toolCallId: "a" });
  expect(await parts(app, threadId)).toMatchObject([
    { state: "approval-responded", approval: { id: "a", approved: true } },
  ]);
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(ran).toEqual([{ key: "a" }]);
  expect(await parts(app, threadId)).toMatchObject([{ state: "output-available", output: "ran" }]);
});

test("a denied call does not run, and the model receives the reason", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a");
  await app.mutation(api.denyToolCall, { toolCallId: "a", reason: "Too expensive." });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(ran).toEqual([]);
  expect(await parts(app, threadId)).toMatchObject([
    { state: "output-denied", approval: { id: "a", approved: false, reason: "Too expensive." } },
  ]);
  expect(JSON.stringify(modelCalls[1]!.prompt.at(-1))).toContain("Too expensive.");
});

test("approvals of one step are independent", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a", "b", "c");
  await app.mutation(api.denyToolCall, { toolCallId: "b" });
  await app.mutation(api.approveToolCall, { toolCallId: "c" });
  await app.advance(10_000);
  expect((await app.query(api.getThread, { threadId }))!.status).toBe("awaiting_tool_results");
  await app.mutation(api.approveToolCall, { toolCallId: "a" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(ran).toEqual([{ key: "c" }, { key: "a" }]);
});

test("a person may edit the arguments", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a");
  await app.mutation(api.approveToolCall, { toolCallId: "a", args: { key: "edited" } });
  await app.settle(threadId);
  expect(ran).toEqual([{ key: "edited" }]);
  expect(await parts(app, threadId)).toMatchObject([{ input: { key: "edited" } }]);
});

test("an action decides from the arguments; one that fails leaves it to a person", async () => {
  const app = setup();
  setSyncTool({ needsApproval: anyApi.programmable!.decide as never });
  program.decide = (args) => {
    if (args.key === "c") throw new Error("undecided");
    return args.key !== "a";
  };
  const threadId = await waiting(app, "a", "b", "c");
  await app.advance(10_000);
  expect(ran).toEqual([{ key: "a" }]);
  const states = (await parts(app, threadId)).map((part) => "state" in part && part.state);
  expect(states).toEqual(["output-available", "approval-requested", "approval-requested"]);
});

test("an async tool's callback runs after the approval", async () => {
  const app = setup();
  setAsyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a");
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "a", result: 1 }))).toBe(
    "tool_call_awaiting_approval",
  );
  await app.mutation(api.approveToolCall, { toolCallId: "a" });
  await app.advance(10_000);
  expect(ran).toMatchObject([{ toolCallId: "a", args: { key: "a" } }]);
  await app.mutation(api.addToolResult, { toolCallId: "a", result: 1 });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});

test("an approval that does not come in time counts as denied", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true, approvalTimeoutMs: 60_000 });
  const threadId = await waiting(app, "a");
  expect((await parts(app, threadId))[0]).toMatchObject({ state: "approval-requested" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await parts(app, threadId)).toMatchObject([{ state: "output-denied" }]);
  expect(ran).toEqual([]);
});

test("approving twice, after a stop, or what needs no approval is refused", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a", "b");
  await app.mutation(api.approveToolCall, { toolCallId: "a" });
  expect(await codeOf(app.mutation(api.approveToolCall, { toolCallId: "a" }))).toBe(
    "tool_call_not_awaiting_approval",
  );
  await app.mutation(api.stopThread, { threadId });
  expect(await codeOf(app.mutation(api.denyToolCall, { toolCallId: "b" }))).toBe(
    "tool_call_not_awaiting_approval",
  );
  await app.advance(60_000);
  expect(ran).toEqual([]);
  expect(await parts(app, threadId)).toMatchObject([{ state: "output-error" }, { state: "output-error" }]);
});

test.each<[string, unknown, string]>([
  ["text", "key", "object"],
  ["a list", [{ key: "a" }], "object"],
  ["null", null, "object"],
  ["of another type", { key: 7 }, "#/key"],
  ["incomplete", {}, "key"],
])("edited arguments that are %s are refused, and the call still waits", async (_what, args, named) => {
  const app = setup();
  setSyncTool({ needsApproval: true });
  const threadId = await waiting(app, "a");
  const before = await parts(app, threadId);
  const refused = app.mutation(api.approveToolCall, { toolCallId: "a", args });
  await expect(refused).rejects.toMatchObject({
    data: { code: "invalid_tool_args", message: expect.stringContaining(named) as string },
  });
  expect(await parts(app, threadId)).toEqual(before);
  await app.mutation(api.approveToolCall, { toolCallId: "a", args: { key: "b" } });
  await app.settle(threadId);
  expect(ran).toEqual([{ key: "b" }]);
});
