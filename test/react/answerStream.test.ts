import type { UIMessageChunk } from "ai";
import { anyApi } from "convex/server";
import { beforeEach, expect, test } from "vitest";
import { answerStream } from "../../src/chat/answerStream.js";
import type { AnswerRequest } from "../../src/chat/answer.js";
import type { FollowFunctions } from "../../src/chat/followedThread.js";
import { delta, FakeChat, text } from "./support/fakeChat.js";

const functions = {
  listMessages: anyApi.chat!.listMessagesWithStreams,
  getThread: anyApi.chat!.getThread,
} as unknown as FollowFunctions;

let backend: FakeChat;
/** Which queries for new messages the server is slow to answer. */
let isSlow: (streamArgs: { kind?: string; after?: number }) => boolean;

beforeEach(() => {
  backend = new FakeChat();
  backend.createThread("t");
  isSlow = () => false;
  const answer = backend.queries["chat:listMessagesWithStreams"]!;
  backend.queries["chat:listMessagesWithStreams"] = (args) =>
    isSlow(args.streamArgs ?? {}) ? undefined : answer(args);
});

/** Follows an answer, and returns how to wait for its text. */
function follow(request: AnswerRequest): (text: string) => Promise<void> {
  let said = "";
  const sdk = { showsSteering: false, canResetSteps: false };
  const stream = answerStream(backend.client, functions, { threadId: "t", request, clientTools: [], sdk });
  void stream.pipeTo(
    new WritableStream<UIMessageChunk>({
      write: (chunk) => void (said += chunk.type === "text-delta" ? chunk.delta : ""),
    }),
  );
  const settled = async () => {
    await backend.settle();
    return said;
  };
  return (text) => expect.poll(settled).toBe(text);
}

test("the first words of a step wait for the messages before it", async () => {
  backend.commitMessage("t", "user", { turn: 1, step: 0 }, text("Hi"));
  backend.move("t", { running: "streaming" }, { turn: 1 });
  backend.openStream("t", { turn: 1, step: 1 });
  backend.flush("t", { type: "text-start", id: "t" }, delta("One."));
  const hasSaid = follow("running");
  await hasSaid("One.");

  // What came after the message that steers is asked for only once that has arrived, and is answered late.
  isSlow = ({ kind, after = 0 }) => kind === "messages" && after > 2;
  backend.commitMessage("t", "user", { turn: 1, step: 1.5 }, text("And?"));
  await hasSaid("One.");
  backend.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("One."));
  backend.openStream("t", { turn: 1, step: 2 });
  backend.flush("t", { type: "text-start", id: "t" }, delta("Two"));
  await hasSaid("One.");
  isSlow = () => false;
  await hasSaid("One.Two");
});
