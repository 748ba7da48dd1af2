import { beforeEach, expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";
import { api, boundedApi, setup, unloggedApi, type App } from "../support/harness.js";
import { codeOf, rowCounts } from "../support/inspect.js";
import { isChain, logOf } from "../support/statusChanges.js";

const callsRecord = [...calls("record", { key: "a" }, "a"), ...ends("tool-calls")];
const answer = [...says("Hello."), ...ends()];
const fails = [{ throw: new TypeError("fetch failed") }];

/** What one model call of the script uses. */
const STEP = { input: 10, output: 5, reasoning: 0, cached: 0, cacheWrite: 0, total: 15 };
const times = (count: number) => ({ ...STEP, input: 10 * count, output: 5 * count, total: 15 * count });

const explain = ({ query }: App, threadId: string) => query(api.explainThread, { threadId });
const usage = ({ query }: App, threadId: string, turn?: number) => query(api.getUsage, { threadId, turn });

async function runTurn(app: App): Promise<string> {
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  return threadId;
}

beforeEach(() => setScript([answer]));

test("the log has each accepted event, with the states before and after it", async () => {
  const app = setup();
  overrides.slice = 0;
  setScript([callsRecord, fails, answer]);
  const threadId = await runTurn(app);
  const { transitions, cursor } = await app.query(api.listTransitions, { threadId });
  expect(cursor).toBeNull();
  expect(transitions.map(({ seq, event, to, generation }) => [seq, event, to, generation])).toEqual([
    [9, "STREAM_FINISHED", "settled.completed", 3],
    [8, "STREAM_STARTED", "running.streaming", 3],
    [7, "RETRY_DUE", "running.queued", 3],
    [6, "STREAM_FAILED", "running.backoff", 2],
    [5, "STREAM_STARTED", "running.streaming", 2],
    [4, "TOOLS_SETTLED", "running.queued", 2],
    [3, "STREAM_FINISHED", "running.tools", 1],
    [2, "STREAM_STARTED", "running.streaming", 1],
    [1, "SEND", "running.queued", 1],
  ]);
  expect(isChain(transitions.toReversed(), "settled.idle")).toBe(true);
  expect(transitions.map(({ at }) => at)).toEqual(
    transitions
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
});

test("the log says where a handler went on with the next step by itself", async () => {
  const app = setup();
  overrides.slice = 15_000;
  setScript([callsRecord, answer]);
  const threadId = await runTurn(app);
  expect((await logOf(app, threadId)).map(({ event, to, generation }) => [event, to, generation])).toEqual([
    ["SEND", "running.queued", 1],
    ["STREAM_STARTED", "running.streaming", 1],
    ["STREAM_FINISHED", "running.tools", 1],
    ["STREAM_CONTINUED", "running.streaming", 2],
    ["STREAM_FINISHED", "settled.completed", 2],
  ]);
});

test("an event that follows from another has a transition of its own", async () => {
  const app = setup();
  setScript([[...calls("nobody", {}, "a"), ...ends("tool-calls")], answer]);
  const threadId = await runTurn(app);
  expect((await logOf(app, threadId)).map(({ event, to }) => [event, to]).slice(2, 4)).toEqual([
    ["STREAM_FINISHED", "running.tools"],
    ["TOOLS_SETTLED", "running.queued"],
  ]);
});

test("an event that means nothing leaves no trace", async () => {
  const app = setup();
  const threadId = await runTurn(app);
  const before = await logOf(app, threadId);
  await app.mutation(api.stopThread, { threadId });
  expect(await logOf(app, threadId)).toEqual(before);
});

test("the log comes in pages", async () => {
  const app = setup();
  const threadId = await runTurn(app);
  const first = await app.query(api.listTransitions, { threadId, limit: 2 });
  expect(first.transitions.map(({ seq }) => seq)).toEqual([3, 2]);
  const second = await app.query(api.listTransitions, { threadId, limit: 2, cursor: first.cursor! });
  expect(second).toMatchObject({ transitions: [{ seq: 1 }], cursor: null });
  expect(await codeOf(app.query(api.listTransitions, { threadId, limit: 0 }))).toBe("invalid_limit");
});

test("a log keeps the newest transitions, and not many more", async () => {
  const app = setup();
  const threadId = await app.mutation(unloggedApi.createShortLogged, {});
  let most = 0;
  for (let turn = 0; turn < 60; turn++) {
    await app.mutation(unloggedApi.sendShortLogged, { threadId, prompt: "Hi" });
    await app.mutation(api.stopThread, { threadId });
    most = Math.max(most, (await rowCounts(app)).transitions!);
  }
  expect(most).toBeLessThan(30 + 50);
  const log = await logOf(app, threadId);
  expect(log.length).toBeGreaterThanOrEqual(30);
  expect(log.at(-1)!.seq).toBe(120);
  expect(isChain(log, log[0]!.from)).toBe(true);
});

test("without a log no transition is stored, and everything else is reported all the same", async () => {
  const app = setup();
  const threadId = await app.mutation(unloggedApi.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  expect(await rowCounts(app)).toEqual({ threads: 1, messages: 2, turns: 1 });
  const [row] = await app.inComponent((ctx) => ctx.db.query("threads").collect());
  expect(row).not.toHaveProperty("logged");
  expect(await app.query(unloggedApi.listTransitions, { threadId })).toEqual({
    transitions: [],
    cursor: null,
  });
  expect(await app.query(unloggedApi.explainThread, { threadId })).toMatchObject({
    status: "completed",
    transitions: [],
  });
});

test("tokens are counted by turn and by thread, while a turn runs too", async () => {
  const app = setup();
  setScript([callsRecord, answer, callsRecord, [...says("one two", 5_000), ...ends()]]);
  const threadId = await runTurn(app);
  expect(await usage(app, threadId)).toMatchObject({
    turn: { turn: 1, steps: 2, tokens: times(2), outcome: "completed" },
    thread: { tokens: times(2) },
  });

  await app.mutation(api.sendMessage, { threadId, prompt: "More" });
  await app.until(async () => (await usage(app, threadId))!.turn!.steps === 1);
  const running = (await usage(app, threadId))!;
  expect(running).toMatchObject({ turn: { turn: 2, tokens: times(1) }, thread: { tokens: times(3) } });
  expect(running.turn).not.toHaveProperty("outcome");
  expect(await usage(app, threadId, 2)).toEqual(running);
  expect(await usage(app, threadId, 1)).toMatchObject({ turn: { turn: 1, tokens: times(2) } });
  expect((await usage(app, threadId, 9))!.turn).toBeNull();

  await app.mutation(api.stopThread, { threadId });
  expect(await usage(app, threadId)).toMatchObject({
    turn: { turn: 2, steps: 1, tokens: times(1), outcome: "stopped", stopReason: "user" },
    thread: { tokens: times(3) },
  });
});

test("the turns that have ended are listed, newest first", async () => {
  const app = setup();
  setScript([answer, [{ throw: new Error("No idea") }], callsRecord, answer]);
  const threadId = await runTurn(app);
  expect(await app.query(api.getUsage, { threadId })).toMatchObject({ turn: { turn: 1 } });
  for (const prompt of ["Fail", "Call"]) {
    await app.mutation(api.sendMessage, { threadId, prompt });
    await app.settle(threadId);
  }
  const { turns, cursor } = await app.query(api.listTurns, { threadId, limit: 2 });
  expect(turns).toMatchObject([
    { turn: 3, outcome: "completed", steps: 2, tokens: times(2), attempts: 1 },
    { turn: 2, outcome: "failed", steps: 0, attempts: 1, error: { code: "model_error", message: "No idea" } },
  ]);
  expect(turns[0]).not.toHaveProperty("error");
  for (const { startedAt, endedAt } of turns) expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  expect(await app.query(api.listTurns, { threadId, limit: 2, cursor: cursor! })).toMatchObject({
    turns: [{ turn: 1 }],
    cursor: null,
  });
});

test("a turn says how often its last step was tried", async () => {
  const app = setup();
  setScript([fails, answer, fails, fails, fails]);
  const threadId = await runTurn(app);
  await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
  await app.settle(threadId);
  const { turns } = await app.query(api.listTurns, { threadId });
  expect(turns).toMatchObject([
    { turn: 2, outcome: "failed", attempts: 3, error: { code: "model_error", message: "fetch failed" } },
    { turn: 1, outcome: "completed", attempts: 2 },
  ]);
});

test("a thread at rest waits for its user, and says what it accepts", async () => {
  const app = setup();
  const threadId = await runTurn(app);
  const now = (await explain(app, threadId))!;
  expect(now).toMatchObject({
    ...{ status: "completed", state: "settled.completed", waitsFor: null, waitsUntil: null, due: {} },
    ...{ generation: 1, turn: 1, steps: 1, attempt: 1, maxAttempts: 3, queued: 0, steered: 0 },
    pendingCalls: { calls: [], count: 0, more: false },
    limits: [{ limit: "maxSteps", max: 50, used: 1, left: 49 }],
  });
  expect(now.events).toContain("SEND");
  expect(now.events).not.toContain("STOP");
  expect(now.transitions.map(({ event }) => event)).toEqual(["STREAM_FINISHED", "STREAM_STARTED", "SEND"]);
  expect(now).not.toHaveProperty("error");
});

test("a thread between two attempts says when the next one is, and why", async () => {
  const app = setup();
  setScript([fails, answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.until(async () => (await explain(app, threadId))!.state === "running.backoff");
  const now = (await explain(app, threadId))!;
  expect(now).toMatchObject({ waitsFor: "the next attempt", attempt: 1, error: { message: "fetch failed" } });
  expect(now.waitsUntil).toBe(now.due.retry);
  expect(now.due.retry).toBeGreaterThan(now.at);
  expect(now.due.watchdog).toBeGreaterThan(now.at);
});

test("a thread that waits for tools names the calls, their deadlines and its messages", async () => {
  const app = setup();
  setAsyncTool({ timeoutMs: 60_000 });
  callsTool(...Array.from({ length: 25 }, (_, i) => `call-${i}`));
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  await app.until(
    async () => (await explain(app, threadId))!.pendingCalls.calls[0]?.state === "awaitingResult",
  );
  await app.mutation(api.addToolResult, { toolCallId: "call-0", result: 1 });
  await app.mutation(api.moveToolCallDeadline, { toolCallId: "call-24", ms: 5_000 });
  await app.mutation(api.sendMessage, { threadId, prompt: "And?" });

  const now = (await explain(app, threadId))!;
  expect(now).toMatchObject({
    status: "awaiting_tool_results",
    waitsFor: "the outcomes of its tool calls",
    waitsUntil: now.at + 5_000,
    due: { toolDeadline: now.at + 5_000 },
    queued: 1,
    pendingCalls: { count: 24, more: false },
  });
  expect(now.pendingCalls.calls).toHaveLength(20);
  expect(now.pendingCalls.calls[0]).toMatchObject({
    ...{ toolCallId: "call-1", toolName: "tool", state: "awaitingResult", attempt: 1 },
    deadlineAt: expect.any(Number) as number,
  });
  expect(now.events).toContain("TOOLS_SETTLED");
});

test("a call that waits for an approval says so", async () => {
  const app = setup();
  setSyncTool({ needsApproval: true, approvalTimeoutMs: 60_000 });
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  const first = async () => (await explain(app, threadId))!.pendingCalls.calls[0];
  await app.until(async () => (await first())?.state === "awaitingApproval");
  expect(await first()).toMatchObject({ approval: "requested" });
  expect((await explain(app, threadId))!.waitsUntil).toBe((await first())!.deadlineAt);
});

test("a thread that reached a limit says which, and what it was", async () => {
  const app = setup();
  setScript((_prompt, index) => [...calls("record", { key: `${index}` }, `${index}`), ...ends("tool-calls")]);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Go on" });
  await app.settle(threadId);
  expect(sideEffects).toHaveLength(3);
  const now = (await explain(app, threadId))!;
  expect(now).toMatchObject({
    status: "stopped",
    stopped: { reason: "maxSteps", limit: 3 },
    limits: [{ limit: "maxSteps", max: 3, used: 3, left: 0 }],
  });
});

test("what is left of budgets of time and tokens is reported while a turn runs", async () => {
  const app = setup();
  setScript([callsRecord, [...says("one two three", 2_000), ...ends()]]);
  const threadId = await app.mutation(boundedApi.createBudgeted, { prompt: "Hi" });
  await app.until(async () => (await explain(app, threadId))!.steps === 1);
  await app.advance(3_000);
  const now = (await explain(app, threadId))!;
  const spent = now.at - (await usage(app, threadId))!.turn!.startedAt;
  expect(spent).toBeGreaterThanOrEqual(3_000);
  expect(now.limits).toEqual([
    { limit: "maxSteps", max: 50, used: 1, left: 49 },
    { limit: "maxTurnTokens", max: 100, used: 15, left: 85 },
    { limit: "maxTurnMs", max: 60_000, used: spent, left: 60_000 - spent },
    { limit: "maxThreadTokens", max: 200, used: 15, left: 185 },
    { limit: "maxThreadMs", max: 90_000, used: spent, left: 90_000 - spent },
  ]);
  expect(now.due.turnTimer).toBe(now.at - spent + 60_000);
});

test("nothing is reported of a thread that does not exist, or is deleted", async () => {
  const app = setup();
  const threadId = await runTurn(app);
  await app.mutation(api.deleteThread, { threadId });
  for (const id of [threadId, "nowhere"]) {
    expect(await explain(app, id)).toBeNull();
    expect(await usage(app, id)).toBeNull();
    expect((await app.query(api.listTurns, { threadId: id })).turns).toEqual([]);
    expect((await app.query(api.listTransitions, { threadId: id })).transitions).toEqual([]);
  }
});
