import type { StreamDelta } from "convex-durable-agents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_STREAM, withDeltas, withStreams, type LiveStream } from "../../src/react/liveStream.js";
import { delta } from "./support/fakeChat.js";

const first = { streamId: "first", turn: 1, step: 1 };
const second = { ...first, streamId: "second" };

const deltasOf = (streamId: string, words: string[]): StreamDelta[] =>
  words.map((word, seq) => ({ streamId, seq, chunks: [delta(word)] }));

const shown = ({ shown }: LiveStream) =>
  shown?.parts.map((part) => ("text" in part ? part.text : part.type)).join("");

describe("a live stream", () => {
  test("has each delta once and in order, however often and in whatever lumps it is delivered", () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 });
    const schedule = fc.array(fc.tuple(fc.nat(20), fc.nat(20)));
    fc.assert(
      fc.property(words, schedule, (words, deliveries) => {
        const deltas = deltasOf("first", words);
        let live = withStreams(NO_STREAM, [first]);
        for (const [overlap, size] of [...deliveries, [0, words.length] as const]) {
          const from = Math.max(0, live.nextSeq - overlap);
          live = withDeltas(live, deltas.slice(from, Math.max(from, live.nextSeq + size)).toReversed());
          expect(shown(live) ?? "").toBe(words.slice(0, live.nextSeq).join(""));
        }
        expect(shown(live)).toBe(words.join(""));
      }),
    );
  });

  test("stays on the screen until the stream that supersedes it has something to show", () => {
    const old = withDeltas(withStreams(NO_STREAM, [first]), deltasOf("first", ["It was", " a"]));
    const none = withStreams(old, []);
    expect(shown(none)).toBe("It was a");
    const superseded = withStreams(none, [second]);
    expect([shown(superseded), superseded.nextSeq]).toEqual(["It was a", 0]);
    expect(shown(withDeltas(superseded, deltasOf("second", ["It is"])))).toBe("It is");
  });

  test("does not take in what belongs to another one", () => {
    const live = withStreams(NO_STREAM, [second]);
    expect(withDeltas(live, deltasOf("first", ["no"]))).toBe(live);
    expect(withDeltas(NO_STREAM, deltasOf("first", ["no"]))).toBe(NO_STREAM);
  });

  test("has the keys that its chunks had before they were stored", () => {
    const chunks = [
      { type: "tool-input-available", toolCallId: "c", toolName: "x", input: { "~%24ref": 1 } },
    ];
    const live = withDeltas(withStreams(NO_STREAM, [first]), [{ streamId: "first", seq: 0, chunks }]);
    expect(live.shown?.parts).toMatchObject([{ input: { $ref: 1 } }]);
  });
});
