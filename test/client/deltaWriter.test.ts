import type { UIMessageChunk } from "ai";
import { ConvexError, getConvexSize, type Value } from "convex/values";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeltaWriter, type StreamingOptions } from "../../src/handler/deltaWriter.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (delta: string, id = "t"): UIMessageChunk => ({ type: "text-delta", id, delta });

/** A writer whose sink records the writes, and returns what the test sets; a write takes `writeMs`. */
function makeWriter(options: StreamingOptions | null = { throttleMs: 100 }, writeMs = 0) {
  const flushed: { seq: number; chunks: (UIMessageChunk | string)[]; again: boolean }[] = [];
  const state = { isHeld: true, failing: false as boolean | Error, inFlight: 0, mostInFlight: 0 };
  const flush = async (batch: (typeof flushed)[number]) => {
    state.mostInFlight = Math.max(state.mostInFlight, ++state.inFlight);
    await new Promise((resolve) => setTimeout(resolve, writeMs));
    state.inFlight -= 1;
    if (state.failing) throw state.failing === true ? new Error("The write failed") : state.failing;
    flushed.push(batch);
    return state.isHeld;
  };
  const writer = new DeltaWriter({ flush }, options);
  const written = () => flushed.flatMap(({ chunks }) => chunks);
  return { writer, flushed, written, state };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("chunks of one write are joined where they carry text of the same part", async () => {
  const { writer, written } = makeWriter();
  const reasoning = (delta: string): UIMessageChunk => ({ type: "reasoning-delta", id: "t", delta });
  for (const chunk of [text("a"), text("b"), text("c", "u"), text("d"), reasoning("e"), reasoning("f")])
    writer.write(chunk);
  await pass(100);
  expect(written()).toEqual([text("ab"), text("c", "u"), text("d"), reasoning("ef")]);
});

test("a chunk that was handed in is not changed by what is joined to it", async () => {
  const { writer } = makeWriter();
  const first = text("a");
  writer.write(first);
  writer.write(text("b"));
  await pass(100);
  expect(first).toEqual(text("a"));
});

test("chunks that only frame a message are not written", async () => {
  const { writer, written } = makeWriter();
  for (const type of ["start", "start-step", "finish-step", "finish"] as const) writer.write({ type });
  await pass(1_000);
  expect(written()).toEqual([]);
});

test("writes come at most every throttleMs, and nothing is left out", async () => {
  const { writer, flushed, written } = makeWriter({ throttleMs: 100 });
  for (let i = 0; i < 100; i++) {
    writer.write(text(`${i} `));
    await pass(10);
  }
  await pass(100);
  expect(flushed.length).toBeLessThanOrEqual(11);
  expect(flushed.map(({ seq }) => seq)).toEqual(flushed.map((_, index) => index));
  const joined = written().map((chunk) =>
    typeof chunk === "string" ? chunk : "delta" in chunk ? chunk.delta : "",
  );
  expect(joined.join("")).toBe(Array.from({ length: 100 }, (_, i) => `${i} `).join(""));
});

test("the first words are written at once", async () => {
  const { writer, written } = makeWriter({ throttleMs: 60_000 });
  writer.write(text("a"));
  await pass(1);
  expect(written()).toEqual([text("a")]);
});

test("one write is in flight at a time, however slow it is", async () => {
  const { writer, flushed, state } = makeWriter({ throttleMs: 10 }, 500);
  for (let i = 0; i < 100; i++) {
    writer.write(text("x"));
    await pass(20);
  }
  expect(state.mostInFlight).toBe(1);
  expect(flushed.length).toBeGreaterThan(1);
});

test("a writer that saves nothing writes nothing", async () => {
  const { writer, flushed } = makeWriter(null);
  writer.write(text("a"));
  await pass(25_000);
  expect(flushed).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test("once a write is refused nothing is written any more", async () => {
  const { writer, state, flushed } = makeWriter();
  state.isHeld = false;
  writer.write(text("a"));
  await pass(150);
  writer.write(text("b"));
  await pass(60_000);
  expect(flushed).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("the chunks of a failed write are written later, once and in order", async () => {
  const { writer, state, written } = makeWriter();
  state.failing = true;
  writer.write(text("a"));
  await pass(150);
  writer.write(text("b", "u"));
  await pass(150);
  state.failing = false;
  await pass(150);
  await pass(150);
  expect(written()).toEqual([text("a"), text("b", "u")]);
});

test("a write that failed is tried again with the same batch and the mark, because it may have been stored", async () => {
  const { writer, state, flushed } = makeWriter();
  state.failing = true;
  writer.write(text("a"));
  await pass(50);
  state.failing = false;
  writer.write(text("b"));
  await pass(500);
  expect(flushed).toEqual([
    { seq: 0, chunks: [text("a")], again: true },
    { seq: 1, chunks: ["b"], again: false },
  ]);
});

test("a chunk too large for a delta is left to the commit", async () => {
  const { writer, written } = makeWriter();
  const image: UIMessageChunk = { type: "file", mediaType: "image/png", url: `data:${"x".repeat(300_000)}` };
  writer.write(image);
  writer.write(text("a"));
  await pass(500);
  expect(written()).toEqual([text("a")]);
});

test("closing waits for the write in flight, drops what is buffered, and leaves no timer", async () => {
  const { writer, state, written } = makeWriter({ throttleMs: 10 }, 500);
  writer.write(text("a"));
  await pass(5);
  writer.write(text("b"));
  const closed = writer.close().then(() => state.inFlight);
  await pass(5_000);
  expect(await closed).toBe(0);
  expect(written()).toEqual([text("a")]);
  expect(vi.getTimerCount()).toBe(0);
});

test("keys that Convex does not take are encoded on their way", async () => {
  const { writer, written } = makeWriter();
  writer.write({ type: "tool-input-available", toolCallId: "1", toolName: "x", input: { $a: 1 } });
  await pass(1_100);
  expect(written()).toMatchObject([{ input: { "~%24a": 1 } }]);
});

const call = { type: "tool-input-available", toolCallId: "1", toolName: "x", input: {} } as const;

test("a tool call without text waits for the commit, if that comes within a second", async () => {
  const { writer, written } = makeWriter({ throttleMs: 100 });
  writer.write(call);
  await pass(990);
  await writer.close();
  await pass(1_000);
  expect(written()).toEqual([]);
});

test("text takes a tool call that waits along", async () => {
  const { writer, written } = makeWriter({ throttleMs: 100 });
  writer.write(call);
  await pass(500);
  writer.write(text("a"));
  await pass(10);
  expect(written()).toEqual([call, text("a")]);
});

test("a second tool call does not put the first one off", async () => {
  const { writer, written } = makeWriter({ throttleMs: 100 });
  writer.write(call);
  await pass(900);
  writer.write({ ...call, toolCallId: "2" });
  await pass(110);
  expect(written()).toEqual([call, { ...call, toolCallId: "2" }]);
});

test.each([
  ["refused with a code", new ConvexError("refused"), 100],
  ["refused for ever", true, 20_000],
])("a batch that is %s is left out, and what comes next names its part", async (_how, failing, ms) => {
  const { writer, state, written } = makeWriter();
  writer.write(text("a"));
  await pass(50);
  state.failing = failing;
  writer.write(text("b"));
  await pass(ms);
  state.failing = false;
  writer.write(text("c"));
  await pass(200);
  expect(written()).toEqual([text("a"), text("c")]);
  const closing = writer.close();
  expect(await closing).toMatchObject([{ text: "ac" }]);
});

test("text that comes faster than it is written is split into batches that documents hold", async () => {
  const { writer, flushed, written } = makeWriter();
  const whole = "aé😀".repeat(500_000);
  writer.write(text(whole));
  await pass(60_000);
  for (const { chunks } of flushed) expect(getConvexSize(chunks as unknown as Value)).toBeLessThan(600_000);
  const pieces = written().map((chunk) =>
    typeof chunk === "string" ? chunk : (chunk as { delta: string }).delta,
  );
  expect(pieces.every((piece) => !/\p{Surrogate}/u.test(piece))).toBe(true);
  expect(pieces.join("") === whole).toBe(true);
});

test("half a character waits for its other half, in each part", async () => {
  const { writer, written } = makeWriter();
  const cut = [text("a\ud83d"), text("b\ud83d", "u"), text("\ude00"), text("\ude00", "u"), text("c\ud83d")];
  for (const chunk of cut) {
    writer.write(chunk);
    await pass(150);
  }
  const shown = written().map((chunk) =>
    typeof chunk === "string" ? chunk : (chunk as { delta: string }).delta,
  );
  expect(shown).toEqual(["a", "b", "😀", "😀", "c"]);
});

test("a stream that has half of its deltas is written at most twice a second", async () => {
  const { writer, flushed } = makeWriter({ throttleMs: 1 });
  const writeFor = async (ms: number) => {
    const before = flushed.length;
    for (let passed = 0; passed < ms; passed++) {
      writer.write(text("x"));
      await pass(1);
    }
    return flushed.length - before;
  };
  await writeFor(5_000);
  expect(flushed.length).toBeGreaterThan(4_000);
  expect(await writeFor(10_000)).toBeLessThanOrEqual(21);
});
