import type { UIMessageChunk } from "ai";
import { anyApi } from "convex/server";
import { beforeEach, describe, expect, test } from "vitest";
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

/** Follows an answer, and returns how to wait for its text, with how it ends. */
function follow(request: AnswerRequest): (text: string) => Promise<void> {
  let said = "";
  const sdk = { showsSteering: false, canResetSteps: false };
  const stream = answerStream(backend.client, functions, { threadId: "t", request, clientTools: [], sdk });
  void stream.pipeTo(
    new WritableStream<UIMessageChunk>({
      write: (chunk) => void (said += wordsOf(chunk)),
    }),
  );
  const settled = async () => {
    await backend.settle();
    return said;
  };
  return (text) => expect.poll(settled).toBe(text);
}

function wordsOf(chunk: UIMessageChunk): string {
  if (chunk.type === "text-delta") return chunk.delta;
  if (chunk.type === "error") return ` (${chunk.errorText})`;
  return chunk.type === "finish" ? " (end)" : "";
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

test("a step whose message is asked for whole is not sent again", async () => {
  backend.commitMessage("t", "user", { turn: 1, step: 0 }, text("Hi"));
  backend.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("One."));
  backend.move("t", { running: "streaming" }, { turn: 1 });
  backend.openStream("t", { turn: 1, step: 2 });
  backend.flush("t", { type: "text-start", id: "t" }, delta("Two"));
  const hasSaid = follow("running");
  await hasSaid("One.Two");

  // The last words come with the message, which leaves out what was streamed.
  backend.flush("t", delta("!"));
  backend.commitMessage("t", "assistant", { turn: 1, step: 2 }, text("Two!"));
  backend.move("t", { settled: "completed" });
  await hasSaid("One.Two! (end)");
});

describe("words that wait for the messages before them", () => {
  let hasSaid: ReturnType<typeof follow>;

  beforeEach(async () => {
    backend.commitMessage("t", "user", { turn: 1, step: 0 }, text("Hi"));
    backend.move("t", { running: "streaming" }, { turn: 1 });
    backend.openStream("t", { turn: 1, step: 1 });
    backend.flush("t", { type: "text-start", id: "t" }, delta("One"));
    hasSaid = follow("running");
    await hasSaid("One");
    isSlow = ({ kind, after = 0 }) => kind === "messages" && after > 2;
    backend.commitMessage("t", "user", { turn: 2, step: 0 }, text("And?"));
    await backend.settle();
    backend.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("One."));
    backend.openStream("t", { turn: 1, step: 2 });
    backend.flush("t", { type: "text-start", id: "t" }, delta("Two"));
    await hasSaid("One");
  });

  test("go with a thread that is deleted", async () => {
    backend.deleteThread("t");
    isSlow = () => false;
    await hasSaid("One (There is no such thread.)");
  });

  test("go with the query of the messages, if that fails", async () => {
    isSlow = ({ kind }) => {
      if (kind === "messages") throw new Error("Not yours any more.");
      return false;
    };
    await hasSaid("One (Not yours any more.)");
  });

  test("come after a reload, if messages are deleted meanwhile", async () => {
    backend.takeOut("t", 2);
    isSlow = () => false;
    await hasSaid("One.Two");
  });
});
