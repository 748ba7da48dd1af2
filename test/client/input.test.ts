import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, pendingJobs, rowCounts } from "../support/inspect.js";

const hello = [...says("Hello."), ...ends()];
const MIB = 1024 * 1024;

const writes: [string, (app: App, threadId: string) => Promise<unknown>][] = [
  ["sendMessage", ({ mutation }, threadId) => mutation(api.sendMessage, { threadId, prompt: "Hi" })],
  ["resumeThread", ({ mutation }, threadId) => mutation(api.resumeThread, { threadId })],
  [
    "resumeThread with a prompt",
    ({ mutation }, threadId) => mutation(api.resumeThread, { threadId, prompt: "Hi" }),
  ],
  ["stopThread", ({ mutation }, threadId) => mutation(api.stopThread, { threadId })],
  ["deleteThread", ({ mutation }, threadId) => mutation(api.deleteThread, { threadId })],
];

/** Ids that are no thread's: never were one, were one, or are another table's. */
async function badIds(app: App) {
  setScript([hello]);
  const deleted = await app.mutation(api.createThread, {});
  await app.mutation(api.deleteThread, { threadId: deleted });
  await app.advance(10_000);
  const kept = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(kept);
  const [message] = await app.query(api.listMessages, { threadId: kept });
  return ["", "nonsense", deleted, message!.id];
}

test.each(writes)(
  "%s to a thread that is not there is refused, and nothing is written",
  async (_name, call) => {
    const app = setup();
    for (const threadId of await badIds(app)) {
      const before = await rowCounts(app);
      expect(await codeOf(call(app, threadId))).toBe("thread_not_found");
      expect(await rowCounts(app)).toEqual(before);
    }
  },
);

const text = (bytes: number) => "x".repeat(bytes);
const file = { mediaType: "image/png", url: "https://example.org/x.png" };

test.each<[string, object, string]>([
  ["a message of more than a row", { prompt: text(MIB) }, "prompt_too_large"],
  ["a message with 101 files", { files: Array.from({ length: 101 }, () => file) }, "invalid_file"],
  ["a message with 8,000 files", { files: Array.from({ length: 8_000 }, () => file) }, "invalid_file"],
  [
    "an earlier conversation of 9 MB",
    { messages: Array.from({ length: 9 }, () => ({ role: "user", prompt: text(1_000_000) })) },
    "too_many_messages",
  ],
  [
    "an earlier conversation of 501 messages",
    { messages: Array.from({ length: 501 }, () => ({ role: "user", prompt: "Hi" })) },
    "too_many_messages",
  ],
])("%s is refused with a code, and nothing is written", async (_what, thread, code) => {
  const app = setup();
  expect(await codeOf(app.mutation(api.createThread, thread as never))).toBe(code);
  expect(await rowCounts(app)).toEqual({});
});

test("readers of a thread that is not there get nothing, not an error: it may just have been deleted", async () => {
  const app = setup();
  for (const threadId of await badIds(app)) {
    expect(await app.query(api.getThread, { threadId })).toBeNull();
    expect(await app.query(api.listMessages, { threadId })).toEqual([]);
    expect(await app.query(api.listMessagesWithStreams, { threadId })).toEqual({
      messages: [],
      cursor: null,
    });
    const questions = [
      { kind: "messages", after: 0 },
      { kind: "deltas", cursor: { streamId: "nonsense", seq: 0 } },
      { kind: "toolCall", turn: 1, step: 1, index: 0 },
    ] as const;
    for (const streamArgs of questions)
      expect(await app.query(api.listMessagesWithStreams, { threadId, streamArgs })).toEqual({});
  }
});

const badPrompts: [string, string, string][] = [
  ["empty", "", "empty_prompt"],
  ["only space", " \n\t ", "empty_prompt"],
  ["of two MiB", "x".repeat(2 * MIB), "prompt_too_large"],
  ["of a few characters less than a MiB that are more in bytes", "ж".repeat(600 * 1024), "prompt_too_large"],
];

test.each(badPrompts)(
  "a prompt that is %s is refused wherever it comes, and nothing is done",
  async (_what, prompt, code) => {
    const app = setup();
    setScript([hello]);
    const threadId = await app.mutation(api.createThread, {});
    const before = await app.query(api.getThread, { threadId });
    expect(await codeOf(app.mutation(api.createThread, { prompt }))).toBe(code);
    expect(await codeOf(app.mutation(api.sendMessage, { threadId, prompt }))).toBe(code);
    expect(await codeOf(app.mutation(api.resumeThread, { threadId, prompt }))).toBe(code);
    expect(await rowCounts(app)).toEqual({ threads: 1 });
    expect(await app.query(api.getThread, { threadId })).toEqual(before);
    expect(await pendingJobs(app)).toEqual([]);
  },
);

test("a prompt as large as a message can hold is answered", async () => {
  const app = setup();
  setScript([hello]);
  const threadId = await app.mutation(api.createThread, { prompt: "x".repeat(1_000_000) });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});

test("an empty thread cannot be resumed without a prompt", async () => {
  const app = setup();
  setScript([hello]);
  const threadId = await app.mutation(api.createThread, {});
  expect(await codeOf(app.mutation(api.resumeThread, { threadId }))).toBe("thread_empty");
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  await app.mutation(api.resumeThread, { threadId, prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(1);
});

test("a running thread cannot be resumed, and the prompt of the attempt is not kept", async () => {
  const app = setup();
  setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await codeOf(app.mutation(api.resumeThread, { threadId, prompt: "Now" }))).toBe("thread_running");
  await app.until(() => sideEffects.length === 1);
  expect(await codeOf(app.mutation(api.resumeThread, { threadId }))).toBe("thread_running");
  expect((await app.transcript(threadId))[0]).toBe("user: Go");
  expect(await app.query(api.listMessages, { threadId })).toHaveLength(2);
});

test.each([0, -1, 1.5, NaN, Infinity])("the limit %d is refused", async (limit) => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, {});
  const answers = [
    app.query(api.listThreads, { limit }),
    app.query(api.listMessages, { threadId, limit }),
    app.query(api.listMessagesWithStreams, { threadId, limit }),
  ];
  for (const answer of answers) expect(await codeOf(answer)).toBe("invalid_limit");
});

test("messages are listed page by page, each before the one that follows it", async () => {
  const app = setup();
  const messages = Array.from({ length: 5 }, (_, i) => ({ role: "user" as const, prompt: `${i}` }));
  const threadId = await app.mutation(api.createThread, { messages });
  const pages: string[][] = [];
  for (let before: string | undefined; ;) {
    const page = await app.query(api.listMessages, { threadId, limit: 2, before });
    if (page.length === 0) break;
    pages.unshift(page.map(({ parts }) => ("text" in parts[0]! ? parts[0].text : "")));
    before = page[0]!.id;
  }
  expect(pages).toEqual([["0"], ["1", "2"], ["3", "4"]]);
  const unknown = app.query(api.listMessages, { threadId, before: "nonsense" });
  expect(await codeOf(unknown)).toBe("message_not_found");
});

test("a limit bounds what is listed, newest first to stay", async () => {
  const app = setup();
  const threads: string[] = [];
  for (let i = 0; i < 3; i++) threads.push(await app.mutation(api.createThread, {}));
  const listed = await app.query(api.listThreads, { limit: 2 });
  expect(listed.map(({ _id }) => _id)).toEqual([threads[2], threads[1]]);
  expect(await app.query(api.listThreads, { limit: 100_000 })).toHaveLength(3);
});

test.each([
  ["an answer", says("x".repeat(MIB + 1))],
  ["the arguments of a tool call", calls("record", { key: "x".repeat(MIB + 1) }, "1")],
])(
  "%s that is larger than a document fails the turn, and nothing of the step is stored",
  async (_what, step) => {
    const app = setup();
    setScript([[...step, ...ends()]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "failed", error: { code: "step_too_large" } });
    expect(modelCalls).toHaveLength(1);
    expect(sideEffects).toEqual([]);
    const { toolCalls } = await rowCounts(app);
    expect(toolCalls).toBeUndefined();
  },
);
