import { agentErrorData } from "convex-durable-agents";
import { beforeEach, expect, test } from "vitest";
import { program } from "../support/app/programmable.js";
import { api, setup } from "../support/harness.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";

const attempts: number[] = [];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** The handler takes this long at each attempt; the last one goes for the attempts after it, too. */
const takes = (...durations: number[]) => {
  program.run = async () => {
    attempts.push(Date.now());
    await pause(durations[Math.min(attempts.length, durations.length) - 1]!);
    return `attempt ${attempts.length}`;
  };
};
beforeEach(() => void (attempts.length = 0));

async function run() {
  const app = setup();
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  return { app, threadId };
}

test("a sync tool that takes too long is an error outcome, and is not run again", async () => {
  setSyncTool({ timeoutMs: 5_000 });
  takes(60_000);
  const { app, threadId } = await run();
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(attempts).toHaveLength(1);
  expect((await app.transcript(threadId)).join()).toContain("did not answer in time");
  const before = await app.transcript(threadId);
  await app.advance(120_000);
  expect(await app.transcript(threadId), "the late result changes nothing").toEqual(before);
});

test("a sync tool that may run twice is run again when it takes too long", async () => {
  setSyncTool({ timeoutMs: 5_000, retry: { onCrash: true } });
  takes(60_000, 10);
  const { app, threadId } = await run();
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(attempts).toHaveLength(2);
  expect((await app.transcript(threadId)).join()).toContain("attempt 2");
});

test("a tool that returns in time is not affected by its deadline, nor by that of an earlier attempt", async () => {
  setSyncTool({ timeoutMs: 5_000, retry: { backoff: { delayMs: 2_000, jitter: false } } });
  program.run = async () => {
    attempts.push(Date.now());
    await pause(4_000);
    if (attempts.length === 1) throw new Error("once more");
    return "in time";
  };
  const { app, threadId } = await run();
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect((await app.transcript(threadId)).join()).toContain("in time");
  expect(attempts).toHaveLength(2);
  expect(attempts[1]! - attempts[0]!).toBe(6_000);
});

test("an async call without an answer in time has an error outcome", async () => {
  setAsyncTool({ timeoutMs: 3_600_000 });
  takes(10);
  const { app, threadId } = await run();
  await app.advance(4_000_000);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  expect((await app.transcript(threadId)).join()).toContain("Nobody answered");
});

test("an async call's deadline can be moved, and removed", async () => {
  setAsyncTool({ timeoutMs: 60_000 });
  takes(10);
  const { app, threadId } = await run();
  const status = async () => (await app.query(api.getThread, { threadId }))!.status;
  await app.advance(30_000, async () => attempts.length > 0);
  await app.mutation(api.moveToolCallDeadline, { toolCallId: "a", ms: 600_000 });
  await app.advance(120_000, async () => Date.now() - attempts[0]! > 61_000);
  expect(await status()).toBe("awaiting_tool_results");
  await app.mutation(api.moveToolCallDeadline, { toolCallId: "a", ms: null });
  await app.advance(3_600_000);
  expect(await status()).toBe("awaiting_tool_results");
  await app.mutation(api.addToolResult, { toolCallId: "a", result: "late, but welcome" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});

test.each([
  ["a number that is no time", -1, "invalid_deadline"],
  ["a time that nobody lives to see", 1e15, "invalid_deadline"],
  ["a time for a settled call", 1_000, "tool_call_settled"],
])("moving a deadline: %s is refused", async (_name, ms, code) => {
  setAsyncTool();
  takes(10);
  const { app, threadId } = await run();
  await app.advance(30_000, async () => attempts.length > 0);
  await app.mutation(api.addToolResult, { toolCallId: "a", result: 1 });
  await app.settle(threadId);
  const error = await app
    .mutation(api.moveToolCallDeadline, { toolCallId: "a", ms })
    .catch((e: unknown) => e);
  expect(agentErrorData(error)?.code).toBe(code);
});
