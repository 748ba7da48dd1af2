import type { MessageDoc } from "convex-durable-agents";
import { expect, test } from "vitest";
import { answerAt, placeOf } from "../../src/chat/answer.js";
import type { FollowedThread } from "../../src/chat/followedThread.js";
import { text } from "./support/fakeChat.js";

const doc = (role: "user" | "assistant", step: number, words: string): MessageDoc => ({
  ...{ id: `${role} ${step}`, role, turn: 1, step, parts: text(words), _creationTime: step },
});
const followed = (docs: MessageDoc[]) => ({ docs, liveStep: null }) as unknown as FollowedThread;

const docs = [
  doc("user", 0, "Question"),
  doc("assistant", 1, "One."),
  doc("user", 1.5, "Shorter"),
  doc("assistant", 2, "Two."),
  doc("user", 2.5, "Waits"),
];
const typesAt = (afterStep: number, showsSteering: boolean) =>
  answerAt(followed(docs), { turn: 1, afterStep }, showsSteering)!.message.parts.map(({ type }) => type);

test("an answer that was steered is one message, with what steered it where the chat's SDK can show that", () => {
  const [one, two] = [
    ["step-start", "text"],
    ["step-start", "text"],
  ];
  expect(typesAt(0, false)).toEqual([...one, ...two]);
  expect(typesAt(0, true)).toEqual([...one, "steering-message", ...two]);
  const { message } = answerAt(followed(docs), { turn: 1, afterStep: 0 }, true)!;
  expect(message).toMatchObject({ id: "turn-1", metadata: { messageId: "assistant 1" } });
  expect(message.parts[2]).toMatchObject({ id: "user 1.5", parts: text("Shorter") });
});

test("after a message that steered it begins with the step that has seen it", () => {
  expect(typesAt(1.5, true)).toEqual(["step-start", "text"]);
  expect(answerAt(followed(docs), { turn: 1, afterStep: 2.5 })).toBeNull();
  expect(answerAt(followed(docs.slice(0, 1)), { turn: 1, afterStep: 0 })).toBeNull();
});

test.each([
  ["is streamed", 1, 1, 0],
  ["is committed, and nothing of the next one has arrived", 2, null, 1.5],
  ["is committed, and the next one is streamed", 2, 2, 1.5],
])("who opens a turn while the step that was steered %s", (_what, committed, liveStep, afterStep) => {
  const steered = [docs[0]!, ...docs.slice(1, committed), docs[2]!];
  const opened = {
    ...{ docs: steered, isOpen: true, thread: { turn: 1 } },
    liveStep: liveStep && { turn: 1, step: liveStep },
  } as unknown as FollowedThread;
  expect(placeOf(opened, "running")).toEqual({ turn: 1, afterStep });
});
