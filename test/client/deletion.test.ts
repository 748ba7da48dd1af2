import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import type { Measured } from "../support/meter.js";
import { codeOf, liveStreams, pendingJobs, rowCounts, shownText } from "../support/inspect.js";

/** Brings a thread to each of the places that it can be deleted from. */
const places: Record<string, (app: App) => Promise<string>> = {
  "has no message": (app) => app.mutation(api.createThread, {}),
  "waits for its stream handler": (app) => app.mutation(api.createThread, { prompt: "Hi" }),
  "is streaming": async (app) => {
    setScript([[...says("one two three four", 1_000), ...ends()]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Count" });
    await app.until(async () => (await shownText(app, threadId)).includes("two"));
    return threadId;
  },
  "waits to try again": async (app) => {
    setScript([[{ throw: new TypeError("fetch failed") }]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
    await app.until(async () => (await app.query(api.getThread, { threadId }))!.error !== undefined);
    return threadId;
  },
  "waits for its tools": async (app) => {
    setScript([
      [...calls("slow", { key: "a" }, "1"), ...calls("ask", { question: "?" }, "2"), ...ends("tool-calls")],
    ]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => sideEffects.length === 2);
    return threadId;
  },
  "is completed": async (app) => {
    setScript([
      [...calls("record", { key: "a" }, "1"), ...ends("tool-calls")],
      [...says("Done."), ...ends()],
    ]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.settle(threadId);
    return threadId;
  },
  "has failed": async (app) => {
    setScript([[...says("I "), { throw: new Error("No such model") }]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.settle(threadId);
    return threadId;
  },
};

test.each(Object.keys(places))("a thread that %s is gone at once when it is deleted", async (place) => {
  const app = setup();
  const threadId = await places[place]!(app);

  await app.mutation(api.deleteThread, { threadId });

  expect(await app.query(api.getThread, { threadId })).toBeNull();
  expect(await app.query(api.listThreads, {})).toEqual([]);
  expect(await app.query(api.listMessages, { threadId })).toEqual([]);
  expect(await liveStreams(app, threadId)).toEqual([]);
  const attempts = [
    app.mutation(api.sendMessage, { threadId, prompt: "Hello?" }),
    app.mutation(api.resumeThread, { threadId }),
    app.mutation(api.stopThread, { threadId }),
    app.mutation(api.deleteThread, { threadId }),
  ];
  for (const attempt of attempts) expect(await codeOf(attempt)).toBe("thread_not_found");
});

test.each(Object.keys(places))("nothing is left of a thread that %s when it is deleted", async (place) => {
  const app = setup();
  const threadId = await places[place]!(app);
  const { length: callsBefore } = modelCalls;
  await app.mutation(api.deleteThread, { threadId });
  await app.advance(120_000);
  expect(await rowCounts(app)).toEqual({});
  expect(await pendingJobs(app)).toEqual([]);
  expect(modelCalls).toHaveLength(callsBefore);
});

test("deleting a thread leaves another one as it is", async () => {
  const app = setup();
  const kept = await places["is completed"]!(app);
  const before = await app.transcript(kept);
  const deleted = await places["is completed"]!(app);
  await app.mutation(api.deleteThread, { threadId: deleted });
  await app.advance(60_000);
  expect(await app.transcript(kept)).toEqual(before);
  expect((await app.query(api.listThreads, {})).map(({ _id }) => _id)).toEqual([kept]);
});

test("the answer to a tool call of a deleted thread is refused", async () => {
  const app = setup();
  const threadId = await places["waits for its tools"]!(app);
  await app.mutation(api.deleteThread, { threadId });
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "2", result: 1 }))).toBe(
    "tool_call_not_found",
  );
  await app.advance(60_000);
  expect(await codeOf(app.mutation(api.addToolResult, { toolCallId: "2", result: 1 }))).toBe(
    "tool_call_not_found",
  );
});

test("a tool call of a deleted thread is gone at once, and reading one reads nothing that each transition writes", async () => {
  const measured: Measured[] = [];
  const app = setup({ measured });
  const threadId = await places["is completed"]!(app);
  const streamArgs = { kind: "toolCall", turn: 1, step: 1, index: 0 } as const;
  const read = () => app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  expect((await read()).toolCall).toMatchObject({ output: { recorded: "a" } });
  // The call's own row.
  expect(measured.at(-1)).toMatchObject({
    name: "messages:toolCall",
    metrics: { documentsRead: { used: 1 } },
  });
  await app.mutation(api.deleteThread, { threadId });
  expect(await read()).toEqual({});
  await app.advance(60_000);
  expect(await read()).toEqual({});
});
