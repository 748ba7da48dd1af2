import { beforeEach, describe, expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { hearing } from "../support/app/statusChanges.js";
import { sideEffects } from "../support/app/tools.js";
import type { CrashPlan } from "../support/crash.js";
import { api, setup, type App } from "../support/harness.js";
import { isChain, logOf, statusChangesOf } from "../support/statusChanges.js";

const answer = [...says("Hello."), ...ends()];

const changesOf = async (app: App, threadId: string) =>
  (await statusChangesOf(app, threadId)).map(({ from, to }) => `${from} > ${to}`);

beforeEach(() => setScript([answer]));

test("the app's mutation is called on each change of status, with the reason", async () => {
  const app = setup();
  setScript([
    [...calls("record", { key: "a" }, "a"), ...ends("tool-calls")],
    answer,
    [{ throw: new Error("No idea") }],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Fail" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Begin" });
  await app.mutation(api.stopThread, { threadId });
  const error = { code: expect.any(String) as string, message: "No idea" };
  expect(await statusChangesOf(app, threadId)).toEqual([
    { threadId, turn: 1, from: "completed", to: "streaming" },
    { threadId, turn: 1, from: "streaming", to: "awaiting_tool_results" },
    { threadId, turn: 1, from: "awaiting_tool_results", to: "streaming" },
    { threadId, turn: 1, from: "streaming", to: "completed" },
    { threadId, turn: 2, from: "completed", to: "streaming" },
    { threadId, turn: 2, from: "streaming", to: "failed", error },
    { threadId, turn: 3, from: "failed", to: "streaming" },
    { threadId, turn: 3, from: "streaming", to: "stopped", stopReason: "user" },
  ]);
});

test("a status that does not outlast its transaction is not reported", async () => {
  const app = setup();
  setScript([[...calls("nobody", {}, "a"), ...ends("tool-calls")], answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  expect(await changesOf(app, threadId)).toEqual(["completed > streaming", "streaming > completed"]);
});

test("neither a new thread nor a deletion is a change of status", async () => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, {});
  await app.mutation(api.deleteThread, { threadId });
  await app.advance(60_000);
  expect(await changesOf(app, threadId)).toEqual([]);
  expect(console.error).not.toHaveBeenCalled();
});

test("the app's mutation may send the next message when a turn is over", async () => {
  const app = setup();
  hearing.then = async ({ threadId, to, turn }, ctx) => {
    if (to !== "completed" || turn > 1) return;
    await ctx.runMutation(api.sendMessage as never, { threadId, prompt: "Go on" } as never);
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.until(async () => (await changesOf(app, threadId)).length === 4);
  expect(await app.transcript(threadId)).toEqual([
    ...["user: Hi", "assistant: Hello.", "user: Go on", "assistant: Hello."],
  ]);
  const changes = await statusChangesOf(app, threadId);
  expect(changes.map(({ turn, to }) => [turn, to])).toEqual([
    [1, "streaming"],
    [1, "completed"],
    [2, "streaming"],
    [2, "completed"],
  ]);
  expect(isChain(await logOf(app, threadId), "settled.idle")).toBe(true);
});

test("the app's mutation runs in the transaction: if that fails afterwards, its writes are undone", async () => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, {});
  const fails = app.t.run(async (ctx) => {
    await ctx.runMutation(api.sendMessage as never, { threadId, prompt: "Hi" } as never);
    throw new Error("Not after all");
  });
  await expect(fails).rejects.toThrow("Not after all");
  expect(await changesOf(app, threadId)).toEqual([]);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
});

test("what the app's mutation throws undoes its own writes and changes nothing else", async () => {
  const app = setup();
  hearing.then = () => {
    throw new Error("Deaf");
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: Hello."]);
  expect(await changesOf(app, threadId)).toEqual([]);
  expect((await logOf(app, threadId)).map(({ event }) => event)).toEqual([
    ...["SEND", "STREAM_STARTED", "STREAM_FINISHED"],
  ]);
  expect(console.error).toHaveBeenCalledWith(
    `onStatusChange failed for thread ${threadId}, completed -> streaming:`,
    expect.objectContaining({ message: "Deaf" }),
  );
});

/** The calls that the turn's actions make, over which the crashes are spread, by the handler's slice. */
const CTX_CALLS = { 0: 7, 15_000: 5 };

async function runTurn(slice: number, crash: CrashPlan) {
  const app = setup({ crash });
  overrides.slice = slice;
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? answer
      : [...says("Let me see. "), ...calls("record_again", { key: "a" }, "a"), ...ends("tool-calls")],
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  return { app, threadId };
}

describe.each([0, 15_000] as const)("with a slice of %i ms", (slice) => {
  test("the turn makes the calls that the crashes are spread over", async () => {
    const crash: CrashPlan = { at: Infinity, when: "before", calls: 0 };
    await runTurn(slice, crash);
    expect(crash.calls).toBe(CTX_CALLS[slice]);
    expect(sideEffects).toEqual(["a"]);
  });

  describe.each(["before", "after"] as const)("when an action dies %s a ctx call", (when) => {
    test.each(Array.from({ length: CTX_CALLS[slice] }, (_, i) => i + 1))(
      "number %i, each change is reported once, and the log has no gap",
      async (at) => {
        const { app, threadId } = await runTurn(slice, { at, when, calls: 0 });
        expect(await changesOf(app, threadId)).toEqual([
          "completed > streaming",
          "streaming > awaiting_tool_results",
          "awaiting_tool_results > streaming",
          "streaming > completed",
        ]);
        const log = await logOf(app, threadId);
        expect(isChain(log, "settled.idle")).toBe(true);
        expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
        expect(log.at(-1)).toMatchObject({ event: "STREAM_FINISHED", to: "settled.completed" });
      },
    );
  });
});
