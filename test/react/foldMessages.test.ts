import type { MessageDoc } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { foldMessages, withLiveStep } from "../../src/react/foldMessages.js";
import { text } from "./support/fakeChat.js";

const doc = (
  role: MessageDoc["role"],
  turn: number,
  step: number,
  words: string,
  more: Partial<MessageDoc> = {},
): MessageDoc => ({
  id: `${role}-${turn}-${step}`,
  role,
  turn,
  step,
  parts: text(words),
  partial: false,
  _creationTime: turn * 100 + step,
  ...more,
});

const said = (messages: { role: string; parts: { type: string }[] }[]) =>
  messages.map(({ role, parts }) => [
    role,
    ...parts.map((part) => ("text" in part ? part.text : `<${part.type}>`)),
  ]);

const live = (turn: number, step: number, words: string) => ({ turn, step, parts: text(words) });

const conversation = [
  doc("user", 1, 0, "hello"),
  doc("assistant", 1, 1, "one"),
  doc("assistant", 1, 2, "two", { partial: true }),
  doc("user", 2, 0, "again"),
  doc("assistant", 2, 1, "three"),
];

describe("committed messages", () => {
  test("of one turn are one message, its steps set apart", () => {
    expect(said(foldMessages(conversation, null))).toEqual([
      ["user", "hello"],
      ["assistant", "<step-start>", "one", "<step-start>", "two"],
      ["user", "again"],
      ["assistant", "<step-start>", "three"],
    ]);
  });

  test("are partial when one of their steps is", () => {
    expect(foldMessages(conversation, null).map(({ metadata }) => metadata?.partial)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test("of a later turn than the running one are queued", () => {
    const queued = (turn: number | null) =>
      foldMessages(conversation, turn).map(({ metadata }) => metadata?.queued);
    expect(queued(1)).toEqual([false, false, true, false]);
    expect(queued(2)).toEqual([false, false, false, false]);
    expect(queued(null)).toEqual([false, false, false, false]);
  });

  test("have the keys that their parts had before they were stored", () => {
    const parts = [
      { type: "tool-x", toolCallId: "c", state: "output-available", input: { "~%24ref": 1 }, output: [] },
    ];
    const [message] = foldMessages(
      [doc("assistant", 1, 1, "", { parts: parts as MessageDoc["parts"] })],
      null,
    );
    expect(message?.parts[1]).toMatchObject({ input: { $ref: 1 } });
  });

  test("do not change the documents they are made of", () => {
    const before = structuredClone(conversation);
    foldMessages(conversation, 1);
    expect(conversation).toEqual(before);
  });
});

describe("the live step", () => {
  const shown = (docs: MessageDoc[], step: Parameters<typeof withLiveStep>[2]) =>
    withLiveStep(foldMessages(docs, null), docs, step);

  test("goes on with the message of its turn, whose id and neighbours stay the same", () => {
    const docs = conversation.slice(0, 2);
    const committed = foldMessages(docs, null);
    const messages = withLiveStep(committed, docs, live(1, 2, "tw"));
    expect(said(messages)).toEqual([
      ["user", "hello"],
      ["assistant", "<step-start>", "one", "<step-start>", "tw"],
    ]);
    expect(messages[0]).toBe(committed[0]);
    expect(messages[1]?.id).toBe(committed[1]?.id);
  });

  test("begins a message of its own, with the id it has once it is committed", () => {
    const [, streamed] = shown(conversation.slice(0, 1), live(1, 1, "on"));
    const [, committed] = foldMessages(conversation.slice(0, 2), null);
    expect(streamed?.id).toBe(committed?.id);
  });

  test("comes before messages that wait for a later turn", () => {
    const docs = [conversation[0]!, conversation[3]!];
    expect(said(shown(docs, live(1, 1, "on")))).toEqual([
      ["user", "hello"],
      ["assistant", "<step-start>", "on"],
      ["user", "again"],
    ]);
  });

  test("gives way to its committed message, and to none of an earlier step", () => {
    expect(shown(conversation.slice(0, 2), live(1, 1, "on"))).toHaveLength(2);
    expect(said(shown(conversation.slice(0, 2), live(1, 1, "on")))[1]).toEqual([
      "assistant",
      "<step-start>",
      "one",
    ]);
  });

  test("without parts, or none at all, changes nothing", () => {
    const committed = foldMessages(conversation, null);
    expect(withLiveStep(committed, conversation, null)).toBe(committed);
    expect(withLiveStep(committed, conversation, { turn: 3, step: 1, parts: [] })).toBe(committed);
  });

  test("is alone where its turn's head is on a page that was not loaded", () => {
    expect(said(shown([], live(7, 3, "on")))).toEqual([["assistant", "<step-start>", "on"]]);
  });
});

describe("a message that steers a turn", () => {
  const steered = [
    doc("user", 1, 0, "hello"),
    doc("assistant", 1, 1, "one"),
    doc("user", 1, 1.5, "and also"),
    doc("assistant", 1, 2, "two"),
    doc("assistant", 1, 3, "three"),
  ];

  test("stands between the steps before it and those after it, which are messages of their own", () => {
    const messages = foldMessages(steered, 1);
    expect(said(messages)).toEqual([
      ["user", "hello"],
      ["assistant", "<step-start>", "one"],
      ["user", "and also"],
      ["assistant", "<step-start>", "two", "<step-start>", "three"],
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
    expect(messages.map(({ metadata }) => metadata!.messageId)).toEqual(
      steered.slice(0, 4).map(({ id }) => id),
    );
  });

  test("waits until a step comes after it", () => {
    const queued = (docs: MessageDoc[]) => foldMessages(docs, 1)[2]!.metadata!.queued;
    expect(queued(steered.slice(0, 3))).toBe(true);
    expect(queued(steered.slice(0, 4))).toBe(false);
  });

  test("stands behind the step that streams when it was sent, and before the one that answers it", () => {
    const docs = [steered[0]!, steered[2]!];
    const shown = (step: number) =>
      said(withLiveStep(foldMessages(docs, 1), docs, live(1, step, "now"))).map(([role]) => role);
    expect(shown(1)).toEqual(["user", "assistant", "user"]);
    expect(shown(2)).toEqual(["user", "user", "assistant"]);
  });

  test("leaves the answer to it its id when that is committed", () => {
    const docs = steered.slice(0, 3);
    const streamed = withLiveStep(foldMessages(docs, 1), docs, live(1, 2, "tw")).at(-1)!;
    expect(foldMessages(steered.slice(0, 4), 1).at(-1)!.id).toBe(streamed.id);
  });
});
