import { expect, test } from "vitest";
import type { StreamArgs, StreamCursor, StreamingOptions } from "convex-durable-agents";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";
import {
  liveStreams,
  readStream,
  rowCounts,
  shownText,
  textOf,
  type ShownChunk,
} from "../support/inspect.js";

const TEXT = "one two three four five six seven eight";
const slowly = [...says(TEXT, 300), ...ends()];

const save = (saveStreamDeltas: boolean | StreamingOptions | undefined) => {
  overrides.options = { ...defaultOptions, saveStreamDeltas };
};

const start = async (app: App, text = "one") => {
  const threadId = await app.mutation(api.createThread, { prompt: "Count" });
  await app.until(async () => (await shownText(app, threadId)).includes(text));
  return threadId;
};

test("without streamArgs only committed messages are read, with a cursor to older ones", async () => {
  const app = setup();
  setScript([[...says("Hello."), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  const newest = await app.query(api.listMessagesWithStreams, { threadId, limit: 1 });
  expect(newest.messages!.map(({ role }) => role)).toEqual(["assistant"]);
  expect(newest).not.toHaveProperty("stream");
  const older = await app.query(api.listMessagesWithStreams, { threadId, cursor: newest.cursor! });
  expect(older.messages!.map(({ role }) => role)).toEqual(["user"]);
  expect(older.cursor).toBeNull();
});

test("a query of what is new returns nothing old, and an empty answer if nothing is new", async () => {
  const app = setup();
  setScript([slowly]);
  const threadId = await start(app);
  const ask = (streamArgs: StreamArgs) => app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  const { stream } = await ask({ kind: "deltas" });
  expect(stream!.stream).toMatchObject({ turn: 1, step: 1 });
  const cursor = { streamId: stream!.stream!.streamId, seq: stream!.seq };
  expect(await ask({ kind: "deltas", cursor })).toEqual({});
  const { messages } = await app.query(api.listMessagesWithStreams, { threadId });
  expect(await ask({ kind: "messages", after: messages![0]!._creationTime })).toEqual({});
});

test("a reader that follows the cursors gets each delta once, in order, and the rest with the commit", async () => {
  const app = setup();
  setScript([slowly]);
  const threadId = await app.mutation(api.createThread, { prompt: "Count" });
  let cursor: StreamCursor | undefined;
  let shown = "";
  let deltas = 0;
  await app.until(async () => {
    const news = await readStream(app, threadId, cursor);
    if (news) {
      expect(news.seq).toBeGreaterThan(cursor?.seq ?? 0);
      cursor = { streamId: news.stream?.streamId ?? cursor!.streamId, seq: news.seq };
      shown += textOf(news.chunks);
      deltas += 1;
    }
    return (await app.query(api.getThread, { threadId }))!.status === "completed";
  });
  expect(deltas).toBeGreaterThan(2);
  expect(shown).toContain("six");
  const since = async (whole?: boolean) => {
    const streamArgs = { kind: "messages", after: 0, ...(whole && { whole }) } as const;
    const { messages } = await app.query(api.listMessagesWithStreams, { threadId, streamArgs });
    const answer = messages!.at(-1)!;
    return { text: answer.parts.map((part) => ("text" in part ? part.text : "")).join(""), answer };
  };
  const rest = await since();
  expect(rest.answer.streamed).toEqual({ streamId: cursor!.streamId, lengths: [shown.length] });
  expect(shown + rest.text).toBe(TEXT);
  expect((await since(true)).text).toBe(TEXT);
  expect((await app.transcript(threadId)).at(-1)).toBe(`assistant: ${TEXT}`);
});

test("text that comes between two writes is joined", async () => {
  const app = setup();
  save({ throttleMs: 1_000 });
  setScript([[...says(TEXT, 10), { pauseMs: 5_000 }, ...ends()]]);
  const threadId = await start(app, "eight");
  const chunks = (await readStream(app, threadId))!.chunks as ShownChunk[];
  const texts = chunks.filter((chunk) => typeof chunk === "string" || chunk.type === "text-delta");
  expect(texts.length).toBeLessThan(4);
  expect(chunks.filter((chunk) => typeof chunk !== "string" && chunk.type === "text-delta")).toHaveLength(1);
});

test("the stream is deleted in the transaction that stores its message", async () => {
  const app = setup();
  setScript([slowly]);
  const threadId = await start(app);
  const seen = new Set<string>();
  await app.until(async () => {
    const { messages, streams } = await app.inComponent(async ({ db }) => ({
      messages: (await db.query("messages").collect()).length,
      streams: (await db.query("streams").collect()).length,
    }));
    seen.add(`${messages} messages, ${streams} streams`);
    return (await app.query(api.getThread, { threadId }))!.status === "completed";
  });
  expect([...seen]).toEqual(["1 messages, 1 streams", "2 messages, 0 streams"]);
  await app.advance(60_000);
  expect(await rowCounts(app)).toEqual({ threads: 1, messages: 2, turns: 1, transitions: 3 });
});

test("the stream of a failed attempt is superseded by that of the next", async () => {
  const app = setup();
  setScript([[...says("wrong ", 200), { pauseMs: 500 }, { throw: new TypeError("fetch failed") }], slowly]);
  const threadId = await start(app, "wrong");
  const [failed] = await liveStreams(app, threadId);
  await app.until(async () => (await shownText(app, threadId)).includes("two"));
  const [next] = await liveStreams(app, threadId);
  expect(next!.streamId).not.toBe(failed!.streamId);
  expect(next).toMatchObject({ turn: failed!.turn, step: failed!.step + 1 });
  const news = await readStream(app, threadId, { streamId: failed!.streamId, seq: 1 });
  expect(news!.stream).toEqual(next);
  expect(await shownText(app, threadId)).not.toContain("wrong");
});

test("a stream is not readable through another thread", async () => {
  const app = setup();
  setScript([slowly]);
  const threadId = await start(app);
  const [stream] = await liveStreams(app, threadId);
  const other = await app.mutation(api.createThread, { prompt: "Count" });
  const cursor = { streamId: stream!.streamId, seq: 0 };
  expect(await readStream(app, threadId, cursor)).toBeDefined();
  expect(await readStream(app, other, cursor)).toBeUndefined();
});

const writesCall = [
  { type: "tool-input-start" as const, id: "1", toolName: "record" },
  { type: "tool-input-delta" as const, id: "1", delta: '{"key":' },
  { type: "tool-input-delta" as const, id: "1", delta: '"a"}' },
  { type: "tool-input-end" as const, id: "1" },
  ...calls("record", { key: "a" }, "1"),
  { pauseMs: 2_000 },
  ...ends("tool-calls"),
];

test.each([
  [{ throttleMs: 100 }, ["tool-input-available"]],
  [
    { throttleMs: 100, includeToolInputDeltas: true },
    ["tool-input-start", "tool-input-delta", "tool-input-delta", "tool-input-available"],
  ],
])("with %j a tool call's arguments are shown as %j", async (options, types) => {
  const app = setup();
  save(options);
  setScript([writesCall, [...says("Done."), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const shown = async () =>
    ((await readStream(app, threadId))?.chunks as Exclude<ShownChunk, string>[] | undefined)?.map(
      ({ type }) => type,
    ) ?? [];
  await app.until(async () => (await shown()).includes("tool-input-available"));
  expect(await shown()).toEqual(types);
});

test.each([false, undefined])(
  "with saveStreamDeltas %s nothing is shown before it is committed",
  async (saved) => {
    const app = setup();
    save(saved);
    setScript([slowly]);
    const threadId = await app.mutation(api.createThread, { prompt: "Count" });
    let deltas = 0;
    await app.until(async () => {
      deltas += (await app.inComponent((ctx) => ctx.db.query("deltas").collect())).length;
      return (await app.query(api.getThread, { threadId }))!.status === "completed";
    });
    expect(deltas).toBe(0);
    expect((await app.transcript(threadId)).at(-1)).toBe(`assistant: ${TEXT}`);
  },
);

test("a handler that saves no deltas notices a stop as well", async () => {
  const app = setup();
  save(false);
  setScript([[...says("one two", 60_000), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Count" });
  await app.until(() => modelCalls.length === 1);
  await app.mutation(api.stopThread, { threadId });
  await app.until(() => modelCalls[0]!.abortSignal!.aborted);
  expect(await app.transcript(threadId)).toEqual(["user: Count"]);
});

test("a model that is silent for minutes keeps its step", async () => {
  const app = setup();
  setScript([[{ pauseMs: 300_000 }, ...says("At last."), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Think" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(1);
});
