import { describe, expect, test } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, rowCounts, shownText } from "../support/inspect.js";

/** A thread whose model answers a little and then fails for good. */
async function failing(app: App): Promise<string> {
  setScript([
    [...says("Half an "), { pauseMs: 60_000 }, { throw: new Error("Out of order") }],
    [...says("Done."), ...ends()],
    [...says("And again."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  return threadId;
}

const sendAll = async (app: App, threadId: string, count: number, prompt: string, how: "steer" | "queue") => {
  for (let i = 0; i < count; i++)
    await app.mutation(api.sendMessage, { threadId, prompt: `${i}: ${prompt}`, whileRunning: how });
};

/** Not wedged: the thread comes to rest, and answers the next message. */
async function goesOn(app: App, threadId: string): Promise<void> {
  expect((await app.settle(threadId))!.status).toMatch(/^(completed|failed)$/);
  await app.mutation(api.sendMessage, { threadId, prompt: "Still there?" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
}

describe.each(["steer", "queue"] as const)("messages that %s beside a step that fails", (how) => {
  test("large ones do not wedge the thread", async () => {
    const app = setup();
    const threadId = await failing(app);
    await sendAll(app, threadId, 20, "x".repeat(900_000), how);
    await goesOn(app, threadId);
  });

  test("more than may wait are refused with a code, and nothing is written", async () => {
    const app = setup();
    const threadId = await failing(app);
    await sendAll(app, threadId, 100, "x".repeat(10_000), how);
    const before = await rowCounts(app);
    const oneMore = app.mutation(api.sendMessage, { threadId, prompt: "One more", whileRunning: how });
    expect(await codeOf(oneMore)).toBe("too_many_waiting");
    expect(await rowCounts(app)).toEqual(before);
    await goesOn(app, threadId);
  });
});

test("a message that is taken back makes room", async () => {
  const app = setup();
  const threadId = await failing(app);
  await sendAll(app, threadId, 100, "x", "queue");
  const waiting = (await app.query(api.listMessages, { threadId })).at(-1)!;
  await app.mutation(api.withdrawMessage, { threadId, messageId: waiting.id });
  await app.mutation(api.sendMessage, { threadId, prompt: "In its place" });
  await goesOn(app, threadId);
});
