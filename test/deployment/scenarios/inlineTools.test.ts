import { describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { pendingJobs, rowCounts, spokenTo } from "../../support/inspect.js";
import { callsTool } from "../../support/tool.js";
import { deploy, type Deployment } from "../deployment.js";
import { runsTool } from "../protocols.js";
import { all, effects, handlersOf, once, outcomesOf, useTool } from "../tools.js";
import { isSettled } from "../turns.js";

const MINUTE = 60_000;
const FOUR = ["a", "b", "c", "d"];

/** A thread whose stream handler runs four tools, which end 1, 3, 5 and 7 seconds after they began. */
async function whileToolsRun(app: Deployment): Promise<string> {
  useTool((key) => 1_000 + 2_000 * FOUR.indexOf(key));
  setScript([
    [...FOUR.flatMap((key) => calls("tool", { key }, key)), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => effects.size === FOUR.length);
  await app.advance(4_000);
  expect((await app.query(api.getThread, { threadId }))!.status).toBe("awaiting_tool_results");
  return threadId;
}

const STOPPED = /^The turn was stopped/;
const errorsOf = async (app: Deployment, threadId: string) =>
  (await app.query(api.listMessages, { threadId })).flatMap(({ parts }) =>
    parts.flatMap((part) => ("errorText" in part ? [part.errorText] : [])),
  );

describe("while the stream handler runs tools", () => {
  test("a stop ends the turn at once: what comes later changes nothing, and no step follows", async () => {
    const app = deploy();
    const threadId = await whileToolsRun(app);
    await app.mutation(api.stopThread, { threadId });
    const atStop = await app.transcript(threadId);
    await app.advance(MINUTE);
    expect(await app.transcript(threadId)).toEqual(atStop);
    expect((await outcomesOf(app, threadId)).slice(0, 2)).toEqual(["ok", "ok"]);
    expect(await errorsOf(app, threadId)).toEqual(Array(2).fill(expect.stringMatching(STOPPED)));
    expect((await app.query(api.getThread, { threadId }))!.status).toBe("stopped");
    expect({ modelCalls: modelCalls.length, effects }).toEqual({ modelCalls: 1, effects: once(FOUR) });
    expect(await pendingJobs(app)).toEqual([]);
  });

  test("a message steers the turn: the next step of the same action has it", async () => {
    const app = deploy();
    const threadId = await whileToolsRun(app);
    await app.mutation(api.sendMessage, { threadId, prompt: "Be quick", whileRunning: "steer" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(await outcomesOf(app, threadId)).toEqual(all(FOUR, "ok"));
    expect(spokenTo(modelCalls[1]!.prompt)!.at(-1)).toBe("user: Be quick");
    expect((await app.transcript(threadId)).slice(-2)).toEqual(["user: Be quick", "assistant: Done."]);
    expect({ modelCalls: modelCalls.length, handlers: handlersOf(app) }).toEqual({
      modelCalls: 2,
      handlers: 1,
    });
  });

  test("a queued message waits for its own turn", async () => {
    const app = deploy();
    const threadId = await whileToolsRun(app);
    await app.mutation(api.sendMessage, { threadId, prompt: "And then?" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(spokenTo(modelCalls[1]!.prompt)).not.toContain("user: And then?");
    expect(await outcomesOf(app, threadId)).toEqual(all(FOUR, "ok"));
    const users = (await app.transcript(threadId)).filter((line) => line.startsWith("user"));
    expect(users).toEqual(["user: Go", "user: And then?"]);
  });

  test("a message interrupts the turn: the next one does not wait for the tools", async () => {
    const app = deploy();
    const threadId = await whileToolsRun(app);
    const from = Date.now();
    await app.mutation(api.sendMessage, { threadId, prompt: "Stop that", whileRunning: "interrupt" });
    await app.until(() => modelCalls.length === 2);
    expect(Date.now() - from).toBeLessThan(500);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    await app.advance(MINUTE);
    expect((await outcomesOf(app, threadId)).slice(0, 2)).toEqual(["ok", "ok"]);
    expect(await errorsOf(app, threadId)).toEqual(Array(2).fill(expect.stringMatching(STOPPED)));
    expect(modelCalls.length).toBe(2);
  });

  test("a deletion leaves nothing", async () => {
    const app = deploy();
    const threadId = await whileToolsRun(app);
    await app.mutation(api.deleteThread, { threadId });
    await app.advance(MINUTE);
    expect({ rows: await rowCounts(app), jobs: await pendingJobs(app) }).toEqual({ rows: {}, jobs: [] });
  });
});

test("tools that find no place to run in have not begun: they are tried again, and no attempt is counted", async () => {
  const app = deploy({ functionSlots: 1 });
  useTool(() => 12_000, { retry: false });
  callsTool(...FOUR);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(10 * MINUTE, () => isSettled(app, threadId));
  expect(await outcomesOf(app, threadId)).toEqual(all(FOUR, "ok"));
  expect(effects).toEqual(once(FOUR));
  expect(app.actions.calls.filter(runsTool).length).toBeGreaterThan(FOUR.length);
});

test("an action that waited for its own place gives it back after its step", async () => {
  const app = deploy({ slots: 1 });
  useTool(() => 500);
  callsTool("a");
  const threads = [];
  for (let i = 0; i < 3; i++) threads.push(await app.mutation(api.createThread, { prompt: "Go" }));
  await app.advance(MINUTE);
  for (const threadId of threads) expect(await isSettled(app, threadId)).toBe(true);
  expect(handlersOf(app)).toBeGreaterThan(3);
});
