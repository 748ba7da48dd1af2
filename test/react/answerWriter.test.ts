import { readUIMessageStream, type UIMessage, type UIMessageChunk } from "ai";
import { convertArrayToReadableStream } from "ai/test";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerWriter } from "../../src/chat/answerWriter.js";
import { EMPTY_FOLD, foldChunks } from "../../src/values/foldChunks.js";
import type { MessagePart } from "../../src/follow/types.js";
import { isAiSdk7 } from "../support/aiSdk.js";

/** What the AI SDK makes of chunks. */
async function read(chunks: UIMessageChunk[], message?: UIMessage): Promise<MessagePart[]> {
  const stream = convertArrayToReadableStream<UIMessageChunk>([
    { type: "start", messageId: "turn-1" },
    ...chunks,
  ]);
  let last = message;
  for await (const next of readUIMessageStream({ message, stream, terminateOnError: true })) last = next;
  return last?.parts ?? [];
}

const step: MessagePart = { type: "step-start" };
const said = (text: string, state: "streaming" | "done" = "done"): MessagePart => ({
  type: "text",
  text,
  state,
});
const call = (fields: object): MessagePart =>
  ({ type: "tool-ask", toolCallId: "c", input: { key: 1 }, ...fields }) as unknown as MessagePart;

const progress = (output: number) => call({ state: "output-available", output, preliminary: true });

/** Parts without the fields that the SDK adds with undefined. */
const plain = (parts: MessagePart[]) => JSON.parse(JSON.stringify(parts)) as MessagePart[];
const textOf = (parts: MessagePart[]) =>
  parts.map((part) => (part.type === "text" ? part.text : "|")).join("");

describe("an answer's chunks", () => {
  test("say each word once, from the stream to the commit", () => {
    const writer = new AnswerWriter();
    const types = (chunks: UIMessageChunk[]) => chunks.map(({ type }) => type);
    expect(types(writer.advance([step, said("Hel", "streaming")], true))).toEqual([
      "start-step",
      "text-start",
      "text-delta",
    ]);
    expect(writer.advance([step, said("Hello", "streaming")], true)).toMatchObject([{ delta: "lo" }]);
    expect(types(writer.advance([step, said("Hello")], false))).toEqual(["text-end"]);
    expect(writer.advance([step, said("Hello")], false)).toEqual([]);
    expect(types(writer.advance([step, said("Hello"), step, said("You")], false))).toEqual([
      "finish-step",
      "start-step",
      "text-start",
      "text-delta",
      "text-end",
    ]);
    expect(types(writer.end())).toEqual(["finish-step"]);
  });

  const states: [string, MessagePart[]][] = [
    ["a result", [call({ state: "input-available" }), call({ state: "output-available", output: "ok" })]],
    ["an error", [call({ state: "input-available" }), call({ state: "output-error", errorText: "no" })]],
    ["progress", [call({ state: "input-available" }), progress(1), progress(2)]],
    ["progress, and a result", [progress(1), call({ state: "output-available", output: "ok" })]],
    [
      "progress, another attempt, and a result",
      [
        progress(1),
        call({ state: "input-available" }),
        progress(1),
        call({ state: "output-available", output: "ok" }),
      ],
    ],
    ["progress, and an error", [progress(1), call({ state: "output-error", errorText: "no" })]],
    [
      "a denial",
      [
        call({ state: "approval-requested", approval: { id: "c" } }),
        call({ state: "output-denied", approval: { id: "c" } }),
      ],
    ],
    [
      "edited arguments",
      [
        call({ state: "approval-requested", approval: { id: "c" } }),
        call({ state: "output-available", input: { key: 2 }, output: "ok", approval: { id: "c" } }),
      ],
    ],
    [
      "arguments that cannot be read",
      [
        {
          type: "tool-ask",
          toolCallId: "c",
          state: "output-error",
          [isAiSdk7 ? "input" : "rawInput"]: "{",
          errorText: "bad",
        } as never,
      ],
    ],
  ];
  test.each(states)("bring a tool call with %s", async (_, parts) => {
    const writer = new AnswerWriter();
    const chunks = parts.flatMap((part) => writer.advance([step, part], false));
    expect(plain(await read([...chunks, ...writer.end()]))).toEqual(plain([step, parts.at(-1)!]));
  });

  test("an attempt that says the same goes on where the other broke off", () => {
    const writer = new AnswerWriter();
    const deltas = ["Hello", "Hel", "Hello", "Hello you"].map((text) =>
      writer.advance([step, said(text, "streaming")], true).filter(({ type }) => type === "text-delta"),
    );
    expect(deltas.flat().map((chunk) => "delta" in chunk && chunk.delta)).toEqual(["Hello", " you"]);
    expect(writer.hasSuperseded).toBe(false);
  });

  test("an attempt that says something else begins a step of its own, and calls of the other one are settled", async () => {
    const writer = new AnswerWriter();
    const before = [step, said("Bad", "streaming"), call({ state: "input-available" })];
    const chunks = [
      ...writer.advance(before, true),
      ...writer.advance([step, said("Good", "streaming")], true),
      ...writer.advance([step, said("Good.")], false),
      ...writer.end(),
    ];
    expect(await read(chunks)).toMatchObject([
      step,
      { text: "Bad", state: "done" },
      { type: "tool-ask", state: "output-error" },
      step,
      { text: "Good.", state: "done" },
    ]);
    expect(writer.hasSuperseded).toBe(true);
  });

  test("an attempt that says something else resets the step where the reader can do that", async () => {
    const writer = new AnswerWriter(null, true);
    const chunks = [
      ...writer.advance([step, said("First."), step, said("Bad", "streaming")], true),
      ...writer.advance([step, said("First."), step, said("Good", "streaming")], true),
      ...writer.advance([step, said("First."), step, said("Good.")], false),
      ...writer.end(),
    ];
    expect(chunks.filter(({ type }) => (type as string) === "reset-step")).toHaveLength(1);
    expect(writer.hasSuperseded).toBe(false);
    if (isAiSdk7) expect(textOf(await read(chunks))).toBe("|First.|Good.");
  });

  test("go on from what the chat has, superseded text included", async () => {
    const waiting = call({ state: "approval-responded", approval: { id: "c", approved: true } });
    const known = [step, said("Bad"), step, said("Good."), waiting];
    const writer = new AnswerWriter(known);
    const done = call({ state: "output-available", output: "ok", approval: { id: "c", approved: true } });
    const chunks = [
      ...writer.advance([step, said("Good."), waiting], false),
      ...writer.advance([step, said("Good."), done, step, said("Bye")], false),
      ...writer.end(),
    ];
    const message: UIMessage = { id: "turn-1", role: "assistant", parts: structuredClone(known) };
    expect(plain(await read(chunks, message))).toEqual(
      plain([step, said("Bad"), step, said("Good."), done, step, said("Bye")]),
    );
  });
});

test("wherever a reader comes in, it ends with the answer as it is", async () => {
  const word = fc.stringMatching(/^[a-z]{1,4}$/);
  const piece = fc.oneof(
    word.map((delta): UIMessageChunk[] => [{ type: "text-delta", id: "t", delta }]),
    word.map((delta): UIMessageChunk[] => [{ type: "reasoning-delta", id: "r", delta }]),
    fc.constant<UIMessageChunk[]>([{ type: "text-end", id: "t" }]),
    fc.nat(3).map((n): UIMessageChunk[] => [
      { type: "tool-input-start", toolCallId: `c${n}`, toolName: "ask" },
      { type: "tool-input-delta", toolCallId: `c${n}`, inputTextDelta: '{"a":1}' },
      { type: "tool-input-available", toolCallId: `c${n}`, toolName: "ask", input: { a: 1 } },
    ]),
    word.map((url): UIMessageChunk[] => [{ type: "source-url", sourceId: url, url }]),
  );
  const first = fc.constant<UIMessageChunk[]>([{ type: "text-delta", id: "t", delta: "So" }]);
  const someStep = fc
    .tuple(first, fc.array(piece, { maxLength: 8 }))
    .map(([begin, more]) => [begin, ...more]);
  const steps = fc.array(someStep, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(fc.boolean()), async (pieces, looks) => {
      const writer = new AnswerWriter();
      const chunks: UIMessageChunk[] = [];
      let committed: MessagePart[] = [];
      for (const stepPieces of pieces) {
        let fold = EMPTY_FOLD;
        for (const piece of stepPieces) {
          fold = foldChunks(fold, piece);
          const parts = [...committed, step, ...fold.parts];
          if (looks.next().value) chunks.push(...writer.advance(parts, true));
        }
        const done = fold.parts.map((part) => ("text" in part ? { ...part, state: "done" as const } : part));
        committed = [...committed, step, ...(done as MessagePart[])];
        if (looks.next().value) chunks.push(...writer.advance(committed, false));
      }
      chunks.push(...writer.advance(committed, false), ...writer.end());
      expect(writer.hasSuperseded).toBe(false);
      const got = await read(chunks);
      expect(textOf(got)).toBe(textOf(committed));
      expect(got.map(({ type }) => type)).toEqual(committed.map(({ type }) => type));
    }),
  );
});

describe("data", () => {
  const data = (value: unknown, id?: string): MessagePart => ({
    type: "data-note",
    data: value,
    ...(id !== undefined && { id }),
  });

  test("with an id is replaced wherever it stands, and without one sent once", () => {
    const writer = new AnswerWriter();
    const sent = (parts: MessagePart[]) => writer.advance([step, ...parts], true).slice(-2);
    writer.advance([step], true);
    expect(sent([data(1, "a"), data("x")])).toMatchObject([{ id: "a", data: 1 }, { data: "x" }]);
    expect(sent([data(1, "a"), data("x")])).toEqual([]);
    expect(sent([data("x"), data(2, "a")])).toMatchObject([{ id: "a", data: 2 }]);
    expect(sent([data("x"), data(2, "a"), data("y")])).toMatchObject([{ data: "y" }]);
    expect(writer.hasSuperseded).toBe(false);
  });

  test("of an attempt that was discarded holds up no text, and the message says that it is still there", () => {
    const writer = new AnswerWriter();
    writer.advance([step, data(1, "a"), said("Hel", "streaming")], true);
    const chunks = writer.advance([step, said("Hello", "streaming")], true);
    expect(chunks).toMatchObject([{ type: "text-delta", delta: "lo" }]);
    expect(writer.hasSuperseded).toBe(true);
  });

  test("that tools write in any order leaves the other parts as they are", () => {
    const writer = new AnswerWriter();
    const other = { ...call({ state: "input-available" }), toolCallId: "d" } as MessagePart;
    const calls = [step, call({ state: "input-available" }), other];
    writer.advance(calls, false);
    writer.advance([...calls, data(1, "of d")], false);
    const chunks = writer.advance([...calls, data(1, "of c"), data(1, "of d")], false);
    expect(chunks).toMatchObject([{ type: "data-note", id: "of c" }]);
  });
});
