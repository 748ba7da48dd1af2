import type { StreamUpdate } from "convex-durable-agents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_STREAM, withUpdate, type LiveStream } from "../../src/follow/liveStream.js";
import { delta } from "./support/fakeChat.js";

const first = { streamId: "first", turn: 1, step: 1 };
const second = { ...first, streamId: "second" };

/** The update of a stream of these words for a client that follows it, or another stream, or none. */
function updateOf(stream: typeof first, words: string[], { cursor }: LiveStream): StreamUpdate | undefined {
  const isFollowed = cursor?.streamId === stream.streamId;
  const [head, ...rest] = words.slice(isFollowed ? cursor.seq : 0);
  if (head === undefined) return undefined;
  const isContinued = isFollowed && cursor.seq > 0;
  const chunks = [isContinued ? head : delta(head), ...rest];
  return { seq: words.length, chunks, ...(!isFollowed && { stream }) };
}

const shown = ({ shown }: LiveStream) =>
  shown?.parts.map((part) => ("text" in part ? part.text : part.type)).join("");

describe("a live stream", () => {
  test("has each word once and in order, however often and in whatever lumps it is delivered", () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, fc.array(fc.nat(20)), (words, counts) => {
        let live = NO_STREAM;
        const growing = counts.sort((a, b) => a - b).map((count) => words.slice(0, count));
        for (const now of [...growing, words]) {
          const update = updateOf(first, now, live);
          live = withUpdate(live, update);
          expect(withUpdate(live, update)).toBe(live);
          expect(shown(live) ?? "").toBe(now.join(""));
        }
      }),
    );
  });

  test("stays on the screen until the stream that supersedes it has something to show", () => {
    const old = withUpdate(NO_STREAM, updateOf(first, ["It was", " a"], NO_STREAM));
    expect(shown(withUpdate(old, undefined))).toBe("It was a");
    expect(shown(withUpdate(old, updateOf(second, [], old)))).toBe("It was a");
    expect(shown(withUpdate(old, updateOf(second, ["It is"], old)))).toBe("It is");
  });

  test("does not begin in the middle", () => {
    expect(withUpdate(NO_STREAM, { seq: 3, chunks: ["no"] })).toBe(NO_STREAM);
  });

  test("has the keys that its chunks had before they were stored", () => {
    const chunks = [
      { type: "tool-input-available", toolCallId: "c", toolName: "x", input: { "~%24ref": 1 } },
    ];
    const live = withUpdate(NO_STREAM, { seq: 1, chunks, stream: first });
    expect(live.shown?.parts).toMatchObject([{ input: { $ref: 1 } }]);
  });
});
