import { describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, shownText, spokenTo } from "../support/inspect.js";

const slowly = (text: string) => [...says(text, 1_000), ...ends()];
const quickly = (text: string) => [...says(text), ...ends()];
const asksSlowly = [...calls("slow", { key: "a" }, "1"), ...ends("tool-calls")];

/** A thread whose model is in mid-answer. */
async function answering(app: App): Promise<string> {
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(async () => (await shownText(app, threadId)) !== "");
  return threadId;
}

/** A thread whose tool is at work. */
async function working(app: App): Promise<string> {
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.until(() => sideEffects.length === 1);
  return threadId;
}

const steer = (app: App, threadId: string, prompt = "Second") =>
  app.mutation(api.sendMessage, { threadId, prompt, whileRunning: "steer" });

describe("a message that steers", () => {
  test("while tools run is seen by the next step of the same turn", async () => {
    const app = setup();
    setScript([asksSlowly, quickly("Both done.")]);
    const threadId = await working(app);
    await steer(app, threadId);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
    expect(modelCalls).toHaveLength(2);
    expect(spokenTo(modelCalls[1]!.prompt)).toEqual([
      "user: First",
      "assistant: tool-call",
      "tool: tool-result",
      "user: Second",
    ]);
    expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Both done.");
  });

  test("while the model answers goes on with a further step of the same turn", async () => {
    const app = setup();
    setScript([slowly("First answer."), quickly("Second answer.")]);
    const threadId = await answering(app);
    await steer(app, threadId);
    await steer(app, threadId, "Third");
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
    expect(await app.transcript(threadId)).toEqual([
      "user: First",
      "assistant: First answer.",
      "user: Second",
      "user: Third",
      "assistant: Second answer.",
    ]);
    expect(modelCalls).toHaveLength(2);
  });

  test("before the step is claimed is seen by that step", async () => {
    const app = setup();
    setScript(
      [{ throw: new TypeError("fetch failed") } as never, quickly("Both.")].map((step) => [step].flat()),
    );
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await app.query(api.getThread, { threadId }))!.error !== undefined);
    await steer(app, threadId);
    await app.settle(threadId);
    expect(spokenTo(modelCalls.at(-1)!.prompt)).toEqual(["user: First", "user: Second"]);
    expect(modelCalls).toHaveLength(2);
  });

  test("while an attempt runs that fails is seen by the next attempt, and its answer stands behind it", async () => {
    const app = setup();
    setScript([[...says("Half an", 500), { throw: new TypeError("fetch failed") }], quickly("Both.")]);
    const threadId = await answering(app);
    await steer(app, threadId);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
    expect(await app.transcript(threadId)).toEqual(["user: First", "user: Second", "assistant: Both."]);
    expect(modelCalls).toHaveLength(2);
  });

  test("on a settled thread begins a turn like any other", async () => {
    const app = setup();
    setScript([quickly("One."), quickly("Two.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.settle(threadId);
    await steer(app, threadId);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 2 });
  });
});

describe("a message that interrupts", () => {
  test("stands behind one that steered the turn that it ends", async () => {
    const app = setup();
    setScript([slowly("one two three four five"), quickly("Both.")]);
    const threadId = await answering(app);
    await steer(app, threadId);
    await app.mutation(api.sendMessage, { threadId, prompt: "Third", whileRunning: "interrupt" });
    await app.settle(threadId);
    expect((await app.transcript(threadId)).slice(2)).toEqual([
      "user: Second",
      "user: Third",
      "assistant: Both.",
    ]);
  });

  test("ends the answer, keeps its text so far, and is answered at once", async () => {
    const app = setup();
    setScript([slowly("one two three four five"), quickly("Then this.")]);
    const threadId = await answering(app);
    const shown = await shownText(app, threadId);
    await app.mutation(api.sendMessage, { threadId, prompt: "No, wait", whileRunning: "interrupt" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 2 });
    expect(await app.transcript(threadId)).toEqual([
      "user: First",
      `assistant: ${shown}`,
      "user: No, wait",
      "assistant: Then this.",
    ]);
    await app.until(() => modelCalls[0]!.abortSignal!.aborted);
  });

  test("cancels the tools that run, and comes after messages that were queued", async () => {
    const app = setup();
    setScript([asksSlowly, quickly("All three.")]);
    const threadId = await working(app);
    await app.mutation(api.sendMessage, { threadId, prompt: "Queued" });
    await app.mutation(api.sendMessage, { threadId, prompt: "Now", whileRunning: "interrupt" });
    await app.settle(threadId);
    const said = spokenTo(modelCalls.at(-1)!.prompt)!;
    expect(said.slice(-2)).toEqual(["user: Queued", "user: Now"]);
    expect(modelCalls).toHaveLength(2);
    await app.advance(60_000);
    expect(modelCalls).toHaveLength(2);
  });
});

test("a message with whileRunning: reject is refused while a turn runs, and accepted while none does", async () => {
  const app = setup();
  setScript([slowly("First answer."), quickly("Second answer.")]);
  const threadId = await answering(app);
  const send = () => app.mutation(api.sendMessage, { threadId, prompt: "Second", whileRunning: "reject" });
  expect(await codeOf(send())).toBe("thread_running");
  await app.settle(threadId);
  expect(await app.transcript(threadId)).toEqual(["user: First", "assistant: First answer."]);
  await send();
  await app.settle(threadId);
  expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Second answer.");
});

describe("a message that waits", () => {
  test.each(["queue", "steer"] as const)("(%s) can be withdrawn until it is taken", async (whileRunning) => {
    const app = setup();
    setScript([slowly("First answer."), quickly("Another answer.")]);
    const threadId = await answering(app);
    const messageId = await app.mutation(api.sendMessage, { threadId, prompt: "Oops", whileRunning });
    const revision = (await app.query(api.getThread, { threadId }))!.revision ?? 0;
    await app.mutation(api.withdrawMessage, { threadId, messageId });
    expect(await app.transcript(threadId)).toEqual(["user: First"]);
    expect((await app.query(api.getThread, { threadId }))!.revision).toBe(revision + 1);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
    expect(modelCalls).toHaveLength(1);
  });

  test("and is withdrawn leaves the others that wait", async () => {
    const app = setup();
    setScript([slowly("First answer."), quickly("Both.")]);
    const threadId = await answering(app);
    const send = (prompt: string) => app.mutation(api.sendMessage, { threadId, prompt });
    await send("Two");
    const three = await send("Three");
    await send("Four");
    await app.mutation(api.withdrawMessage, { threadId, messageId: three });
    await app.settle(threadId);
    expect(spokenTo(modelCalls[1]!.prompt)!.slice(-2)).toEqual(["user: Two", "user: Four"]);
  });

  test("and was kept by a stop can still be withdrawn", async () => {
    const app = setup();
    setScript([slowly("First answer.")]);
    const threadId = await answering(app);
    const messageId = await app.mutation(api.sendMessage, { threadId, prompt: "Two" });
    await app.mutation(api.stopThread, { threadId });
    await app.mutation(api.withdrawMessage, { threadId, messageId });
    expect((await app.transcript(threadId)).join()).not.toContain("Two");
    expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "stopped" });
  });

  test("cannot be withdrawn once it is taken, nor can an answer", async () => {
    const app = setup();
    setScript([slowly("First answer."), slowly("Second answer.")]);
    const threadId = await answering(app);
    const messageId = await app.mutation(api.sendMessage, { threadId, prompt: "Two" });
    await app.until(async () => (await shownText(app, threadId)).startsWith("Second"));
    expect(await codeOf(app.mutation(api.withdrawMessage, { threadId, messageId }))).toBe(
      "message_not_waiting",
    );
    const [, answer] = await app.query(api.listMessages, { threadId });
    expect(await codeOf(app.mutation(api.withdrawMessage, { threadId, messageId: answer!.id }))).toBe(
      "message_not_waiting",
    );
    expect(await codeOf(app.mutation(api.withdrawMessage, { threadId, messageId: "nonsense" }))).toBe(
      "message_not_found",
    );
  });
});

describe("the client's key", () => {
  test("stores a message once that is sent twice", async () => {
    const app = setup();
    setScript([quickly("One."), quickly("Two.")]);
    const threadId = await app.mutation(api.createThread, {});
    const send = () => app.mutation(api.sendMessage, { threadId, prompt: "Hi", key: "k1" });
    const [first, second] = [await send(), await send()];
    expect(second).toBe(first);
    await app.settle(threadId);
    expect(await send()).toBe(first);
    await app.settle(threadId);
    expect(modelCalls).toHaveLength(1);
    expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: One."]);
  });

  test("creates a thread once that is created twice", async () => {
    const app = setup();
    setScript([quickly("One.")]);
    const create = () => app.mutation(api.createThread, { prompt: "Hi", key: "t1" });
    const threadId = await create();
    expect(await create()).toBe(threadId);
    await app.settle(threadId);
    expect(await app.query(api.listThreads, {})).toHaveLength(1);
    expect(modelCalls).toHaveLength(1);
  });
});
