import { readUIMessageStream, type UIMessageChunk } from "ai";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_FOLD, foldChunks } from "../../src/values/foldChunks.js";
import { isAiSdk7 } from "../support/aiSdk.js";
import { parsePartialJson } from "../../src/values/partialJson.js";

/** What the AI SDK itself makes of the chunks. */
async function oracle(chunks: UIMessageChunk[]): Promise<unknown> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(structuredClone(chunk));
      controller.close();
    },
  });
  let parts: unknown = [];
  for await (const message of readUIMessageStream({ stream })) parts = message.parts;
  return plain(parts);
}

/**
 * Without fields that are undefined, and without what is only guessed: arguments that are still being written. Those that cannot
 * be read are the `rawInput` in AI SDK 6, and in ours, and the `input` in 7.
 */
const plain = (parts: unknown): unknown =>
  (JSON.parse(JSON.stringify(parts)) as { state?: string; input?: unknown; rawInput?: unknown }[]).map(
    ({ input, ...part }) => {
      if (part.state === "input-streaming" || input === undefined) return part;
      return isAiSdk7 && part.state === "output-error" ? { ...part, rawInput: input } : { ...part, input };
    },
  );

const words = fc.string({ minLength: 1, maxLength: 12 });
const metadata = fc.option(fc.constant({ provider: { signature: "x" } }), { nil: undefined });

const said = (kind: "text" | "reasoning", id: string) =>
  fc.tuple(fc.array(words, { maxLength: 4 }), metadata).map(([deltas, providerMetadata]) => {
    const chunks = [
      { type: `${kind}-start`, id },
      ...deltas.map((delta) => ({ type: `${kind}-delta`, id, delta })),
      { type: `${kind}-end`, id, ...(providerMetadata && { providerMetadata }) },
    ];
    return chunks as UIMessageChunk[];
  });

const called = (toolCallId: string) =>
  fc
    .record({
      dynamic: fc.boolean(),
      written: fc.boolean(),
      input: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
      outcome: fc.constantFrom("none", "output", "error", "invalid", "denied"),
      providerExecuted: fc.boolean(),
    })
    .map(({ dynamic, written, input, outcome, providerExecuted }) => {
      const call = {
        toolCallId,
        toolName: "look_up",
        ...(dynamic && { dynamic }),
        ...(providerExecuted && { providerExecuted }),
      };
      const json = JSON.stringify(input);
      const chunks: unknown[] = [];
      if (written) {
        chunks.push({ type: "tool-input-start", ...call });
        for (const piece of json.match(/.{1,7}/gsu) ?? [])
          chunks.push({ type: "tool-input-delta", toolCallId, inputTextDelta: piece });
      }
      if (outcome === "invalid") {
        chunks.push({ type: "tool-input-error", ...call, input: json, errorText: "No." });
        return chunks as UIMessageChunk[];
      }
      chunks.push({ type: "tool-input-available", ...call, input });
      if (outcome === "output") chunks.push({ type: "tool-output-available", toolCallId, output: { ok: 1 } });
      if (outcome === "error") chunks.push({ type: "tool-output-error", toolCallId, errorText: "It broke." });
      if (outcome === "denied") chunks.push({ type: "tool-output-denied", toolCallId });
      return chunks as UIMessageChunk[];
    });

const whole = fc.constantFrom<UIMessageChunk[]>(
  [{ type: "source-url", sourceId: "1", url: "https://example.com", title: "A page" }],
  [{ type: "file", url: "data:image/png;base64,AA==", mediaType: "image/png" }],
  [
    { type: "data-progress", id: "p", data: 1 },
    { type: "data-progress", id: "p", data: 2 },
  ],
  [{ type: "data-note", data: "kept" }],
  [{ type: "data-note", data: "passing", transient: true }],
);

const answer = fc
  .array(fc.nat({ max: 3 }), { maxLength: 8 })
  .chain((kinds) =>
    fc.tuple(
      ...kinds.map(
        (kind, index) =>
          [said("text", `t${index}`), said("reasoning", `r${index}`), called(`c${index}`), whole][kind]!,
      ),
    ),
  )
  .map((blocks) => blocks.flat());

describe("the parts of a step", () => {
  test("are what the AI SDK makes of its chunks, at every point", async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.nat(), async (chunks, cut) => {
        const seen = chunks.slice(0, cut % (chunks.length + 1));
        expect(plain(foldChunks(EMPTY_FOLD, seen).parts)).toEqual(await oracle(seen));
      }),
      { numRuns: 100 },
    );
  });

  test("do not depend on how the chunks are parcelled, and earlier values stay as they were", () => {
    fc.assert(
      fc.property(answer, fc.array(fc.integer({ min: 1, max: 4 })), (chunks, sizes) => {
        let fold = EMPTY_FOLD;
        const history: { parts: unknown; json: string }[] = [];
        for (let at = 0, index = 0; at < chunks.length; index++) {
          const size = sizes[index % Math.max(1, sizes.length)] ?? 1;
          fold = foldChunks(fold, chunks.slice(at, at + size));
          history.push({ parts: fold.parts, json: JSON.stringify(fold.parts) });
          at += size;
        }
        expect(fold.parts).toEqual(foldChunks(EMPTY_FOLD, chunks).parts);
        for (const { parts, json } of history) expect(JSON.stringify(parts)).toBe(json);
      }),
    );
  });

  test("begin where a chunk's own beginning was missed", () => {
    const { parts } = foldChunks(EMPTY_FOLD, [
      { type: "text-delta", id: "t", delta: "so" },
      { type: "text-delta", id: "t", delta: " on" },
      { type: "text-end", id: "unknown" },
      { type: "tool-output-available", toolCallId: "unknown", output: 1 },
    ]);
    expect(parts).toEqual([{ type: "text", text: "so on", state: "streaming" }]);
  });
});

describe("JSON that is still being written", () => {
  test("has at every point what was complete before, and in the end everything", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const json = JSON.stringify(value);
        for (let end = 1; end < json.length; end++)
          expect(parsePartialJson(json.slice(0, end))).toBeTypeOf("object");
        expect(parsePartialJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  test.each([
    ["", undefined],
    ['{"city": "Par', { city: "Par" }],
    ['{"city": "Paris", "unit', { city: "Paris" }],
    ['{"city": "Paris", "unit": tr', { city: "Paris" }],
    ['{"list": [1, 2, {"a": "\\', { list: [1, 2, { a: "" }] }],
    ["nonsense", undefined],
  ])("%s", (written, value) => expect(parsePartialJson(written)).toEqual(value));
});
