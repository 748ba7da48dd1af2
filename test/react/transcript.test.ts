import type { MessageDoc, MessagesWithStreams } from "convex-durable-agents";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_STREAM, withUpdate } from "../../src/follow/liveStream.js";
import { NO_TRANSCRIPT, pendingCalls, withAnswer, type Transcript } from "../../src/follow/transcript.js";
import { delta, text } from "./support/fakeChat.js";

/** Message number n, committed at time n + 1; what is queued stands behind what is committed after it. */
const message = (n: number, queued: boolean): MessageDoc => ({
  ...{ id: `${n}`, role: "user", parts: text(`${n}`), turn: queued ? n + 2 : n, step: 0 },
  _creationTime: n + 1,
});

/** A thread of messages, as the component answers. */
class Thread {
  readonly messages: MessageDoc[] = [];

  grow(count: number): void {
    for (let i = 0; i < count; i++)
      this.messages.push(message(this.messages.length, this.messages.length % 3 === 1));
  }

  get inOrder(): MessageDoc[] {
    return this.messages.toSorted((a, b) => a.turn - b.turn || a._creationTime - b._creationTime);
  }

  /** The page before a number of messages from the beginning. */
  page(limit: number, end = this.messages.length): MessagesWithStreams {
    const begin = Math.max(0, end - limit);
    const cursor = begin === 0 ? null : String(begin);
    return { messages: this.inOrder.slice(begin, end), cursor };
  }

  tail(after: number, limit: number): MessagesWithStreams {
    return { messages: this.messages.filter(({ _creationTime }) => _creationTime > after).slice(0, limit) };
  }
}

const ids = ({ docs }: Transcript) => docs.map(({ id }) => id);

test("however a thread grows and pages are loaded, messages are shown once, in order, without a gap", () => {
  const moves = fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant("more" as const)));
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(30), moves, (limit, begin, moves) => {
      const thread = new Thread();
      thread.grow(begin);
      let transcript: Transcript = withAnswer(NO_TRANSCRIPT, thread.page(limit));
      for (const move of moves) {
        const { oldest } = transcript;
        if (move !== "more") thread.grow(move);
        else if (oldest) transcript = withAnswer(transcript, thread.page(limit, Number(oldest)));
        for (let before = null as Transcript | null; before !== transcript;) {
          before = transcript;
          transcript = withAnswer(transcript, thread.tail(transcript.newest!, limit));
        }
        const all = thread.inOrder.map(({ id }) => id);
        const shown = ids(transcript);
        expect(shown).toEqual(all.slice(all.length - shown.length));
        if (transcript.oldest === null) expect(shown).toEqual(all);
      }
    }),
  );
});

const answer: MessageDoc = {
  ...{ id: "a", role: "assistant", turn: 1, step: 1, _creationTime: 2 },
  parts: text(" and the rest"),
  streamed: { streamId: "s", lengths: [9] },
};
const asked = withAnswer(NO_TRANSCRIPT, { messages: [message(0, false)], cursor: null });
const stream = { streamId: "s", turn: 1, step: 1 };

test("a message takes its beginning from the stream that was followed", () => {
  const live = withUpdate(NO_STREAM, { seq: 1, chunks: [delta("the begin")], stream });
  const { docs, whole, newest } = withAnswer(asked, { messages: [answer] }, { live });
  expect(docs.at(-1)!.parts).toEqual(text("the begin and the rest"));
  expect([whole, newest]).toEqual([false, 2]);
});

test.each([
  ["was not followed", NO_STREAM],
  [
    "is another one",
    withUpdate(NO_STREAM, { seq: 1, chunks: [delta("the begin")], stream: { ...stream, streamId: "x" } }),
  ],
  ["lacks its end", withUpdate(NO_STREAM, { seq: 1, chunks: [delta("the")], stream })],
])("where the stream %s, the message is asked for once more, whole", (_name, live) => {
  const waiting = withAnswer(asked, { messages: [answer] }, { live });
  expect(waiting).toEqual({ ...asked, whole: true });
  const { streamed: _, ...whole } = answer;
  const { docs, whole: still } = withAnswer(waiting, { messages: [whole] }, { live });
  expect([docs.at(-1), still]).toEqual([whole, false]);
});

test("a tool call is followed until it has its outcome", () => {
  const calls = ["x", "y"].map((toolCallId) => ({
    ...{ type: "tool-look" as const, toolCallId, state: "input-available" as const, input: {} },
  }));
  const step = { ...answer, parts: [...text("Let me look."), ...calls], streamed: undefined };
  const before = withAnswer(asked, { messages: [step] });
  const [first, second] = pendingCalls(before.docs);
  expect([first, second]).toEqual([
    { turn: 1, step: 1, index: 0 },
    { turn: 1, step: 1, index: 1 },
  ]);
  const settled = { toolCall: { state: "output-available", output: 7 } };
  const after = withAnswer(before, settled, { call: second! });
  expect(after.docs.at(-1)!.parts.at(-1)).toMatchObject({ toolCallId: "y", output: 7, input: {} });
  expect(pendingCalls(after.docs)).toEqual([first]);
  expect(withAnswer(after, settled, { call: second! })).toBe(after);
});

test("what a running tool tells is followed on, and nothing of it is left beside an outcome", () => {
  const call = { type: "tool-look" as const, toolCallId: "x", state: "input-available" as const, input: {} };
  const step: MessageDoc = { ...message(1, false), role: "assistant", turn: 0, step: 1, parts: [call] };
  let transcript = withAnswer(asked, { messages: [step] });
  const [place] = pendingCalls(transcript.docs);
  const partAfter = (fields: Record<string, unknown>) => {
    transcript = withAnswer(transcript, { toolCall: fields }, { call: place! });
    return transcript.docs.at(-1)!.parts[0];
  };
  const told = { state: "output-available", output: 1, preliminary: true };
  expect(partAfter(told)).toEqual({ ...call, ...told });
  expect(pendingCalls(transcript.docs)).toEqual([place]);
  const before = transcript;
  expect(withAnswer(transcript, { toolCall: told }, { call: place! })).toBe(before);
  expect(partAfter({ state: "output-available", output: 1 })).toEqual({
    ...call,
    state: "output-available",
    output: 1,
  });
  expect(pendingCalls(transcript.docs)).toEqual([]);
  transcript = withAnswer(withAnswer(asked, { messages: [step] }), { toolCall: told }, { call: place! });
  const failed = { state: "output-error", errorText: "no" };
  expect(partAfter(failed)).toEqual({ ...call, ...failed });
});
