import {
  describeThread,
  recordHistory,
  replayThread,
  type RecordedHistory,
} from "convex-durable-agents/machines";
import { expect, test } from "vitest";
import { idle, leads } from "../machines/mutation/fault.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { api, setup, unloggedApi, type App } from "../support/harness.js";
import { brokenBy, follows } from "../support/histories.js";
import { logOf } from "../support/statusChanges.js";

const answer = [...says("Done."), ...ends()];
const fails = [{ throw: new TypeError("fetch failed") }];
const asks = [...calls("record", { key: "a" }, "1"), ...ends("tool-calls")];

/** A thread with a retry, a tool, a stop, an edit and an answer behind it. */
async function eventful(app: App): Promise<string> {
  setScript([fails, asks, answer, [...says("one two three", 1_000), ...ends()], answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "One" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Two" });
  await app.advance(1_500);
  await app.mutation(api.stopThread, { threadId });
  await app.settle(threadId);
  await app.mutation(api.regenerate, { threadId });
  await app.settle(threadId);
  return threadId;
}

test("a log leads through each state of a thread to the one that it is in", async () => {
  const app = setup();
  const threadId = await eventful(app);
  const log = await logOf(app, threadId);
  const replayed = replayThread(log);
  expect(replayed.map(({ snapshot }) => describeThread(snapshot).state)).toEqual(log.map(({ to }) => to));
  expect(replayed.every(({ agrees }) => agrees)).toBe(true);
  const { snapshot } = (await app.query(api.getThread, { threadId, inspect: true }))!;
  expect(replayed.at(-1)!.snapshot).toEqual(snapshot);
  expect(log.find(({ event }) => event === "STREAM_FAILED")!.details).toMatchObject({
    retryable: true,
    error: { code: "model_error" },
  });
  expect(log.find(({ event }) => event === "STREAM_FINISHED")!.details).toMatchObject({
    toolCalls: 1,
    tokens: { input: 10, output: 5 },
  });
});

/** The history of a thread, after a trip through JSON. */
const historyOf = async (app: App, threadId: string) =>
  JSON.parse(JSON.stringify(recordHistory(await logOf(app, threadId)))) as RecordedHistory;

test("a history that is kept as a test passes, and fails when the machine is broken", async () => {
  const app = setup();
  const threadId = await eventful(app);
  const history = await historyOf(app, threadId);
  expect(follows(history)).toBe(true);
  expect(follows(history, brokenBy(idle("countAttempt")))).toBe(true);
  for (const fault of [
    leads("running.backoff", "RETRY_DUE", 0, "streaming"),
    leads("running", "STOP", 0, "settled.failed"),
    idle("takeLease"),
  ])
    expect(follows(history, brokenBy(fault)), fault.name).toBe(false);
});

test("a log whose beginning was deleted is replayed from the next turn on, and none is nothing", async () => {
  const app = setup();
  const threadId = await eventful(app);
  const log = await logOf(app, threadId);
  const replayed = replayThread(log.slice(2));
  expect(replayed[0]).toMatchObject({ before: null, agrees: true });
  expect(replayed.at(-1)!.snapshot).toEqual(replayThread(log).at(-1)!.snapshot);
  expect(replayed.length).toBeLessThan(log.length - 2);
  setScript([answer]);
  const unlogged = await app.mutation(unloggedApi.createThread, { prompt: "One" });
  await app.settle(unlogged);
  expect(replayThread(await logOf(app, unlogged))).toEqual([]);
  expect(recordHistory([])).toBeNull();
});
