import { Chat } from "@ai-sdk/react";
import {
  isToolUIPart,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from "ai";
import type { ConvexClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { createConvexChatTransport, loadMessages, type ChatMessage } from "convex-durable-agents/chat";
import WebSocket from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { startExample, type ExampleBackend } from "../browser/support/backend.js";
import { connect, until } from "../embedded/support.js";
import { OpenAIServer, type Answer } from "./openAIServer.js";

const server = new OpenAIServer();
let backend: ExampleBackend;
let client: ConvexClient;

beforeAll(async () => {
  const baseURL = await server.listen();
  backend = await startExample(undefined, {
    OPENAI_API_KEY: "loopback",
    OPENAI_BASE_URL: baseURL,
    OPENAI_MODEL: "loopback-model",
  });
  client = connect(backend.url);
});

afterAll(async () => {
  await client.close();
  await backend.kill();
  server.close();
});

const { createThread, getThread, stopThread, listMessagesWithStreams: listMessages } = api.chat;

/** The SDK's chat of a thread, as a page has it that was just opened. */
async function open(threadId: string, using: ConvexClient | ConvexReactClient = client) {
  const { sendMessage, regenerate, editMessage, addToolResult, addToolError, approveToolCall, denyToolCall } =
    api.chat;
  const changing = { sendMessage, stopThread, regenerate, editMessage };
  const answering = { addToolResult, addToolError, approveToolCall, denyToolCall };
  const transport = createConvexChatTransport({
    ...{ client: using, listMessages, getThread, ...changing, ...answering },
    clientTools: ["ask_person"],
  });
  return new Chat<ChatMessage>({
    id: threadId,
    transport,
    messages: await loadMessages({ client: using, listMessages }, threadId),
    sendAutomaticallyWhen: (chat) =>
      lastAssistantMessageIsCompleteWithToolCalls(chat) ||
      lastAssistantMessageIsCompleteWithApprovalResponses(chat),
  });
}

const openNew = async () => open(await client.mutation(createThread, {}));

const textOf = (message: UIMessage | undefined) =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
const texts = (chat: { messages: UIMessage[] }) => chat.messages.map(textOf);
const isIdle = (chat: Chat<ChatMessage>) =>
  until(
    () => chat.status,
    (status) => status === "ready",
  );
const threadOf = ({ id: threadId }: Chat<ChatMessage>) => client.query(getThread, { threadId });
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

/** What the chat has is what is stored: words, outcomes, and the answers' ids. */
async function expectStored(chat: Chat<ChatMessage>): Promise<void> {
  const stored = await loadMessages({ client, listMessages }, chat.id);
  const shape = ({ id, role, parts }: UIMessage) => ({
    id: role === "assistant" && id,
    parts: parts.map((part) =>
      isToolUIPart(part)
        ? [part.type, part.state, part.output ?? null]
        : "text" in part
          ? part.text
          : part.type,
    ),
  });
  expect(chat.messages.map(shape)).toEqual(stored.map(shape));
}

const sayAll =
  (...words: string[]) =>
  (answer: Answer) => {
    for (const word of words) answer.say(word);
    answer.finish("stop");
  };
const call = (name: string, args: object) => (answer: Answer) => {
  answer.call(0, `call_${name}`, name, JSON.stringify(args));
  answer.finish("tool_calls");
};

/** An answer that says its first words, and the others when it is told to. */
function halting(first: string, ...others: string[]) {
  let go = () => {};
  const isTold = new Promise<void>((resolve) => (go = resolve));
  const reply = async (answer: Answer) => {
    answer.say(first);
    await isTold;
    sayAll(...others)(answer);
  };
  return { reply, go: () => go() };
}

describe("the SDK's chat on a durable thread", () => {
  test("sends a message, and shows its answer while it comes", async () => {
    const { reply, go } = halting("Hello", " there.");
    server.expect(reply);
    const chat = await openNew();
    const sent = chat.sendMessage({ text: "Hi" });
    await until(
      () => texts(chat),
      (all) => all[1] === "Hello",
    );
    expect(chat.status).toBe("streaming");
    go();
    await sent;
    expect(texts(chat)).toEqual(["Hi", "Hello there."]);
    expect(chat).toMatchObject({ status: "ready", error: undefined });
    expect(chat.messages[1]).toMatchObject({ id: "turn-1", metadata: { turn: 1, partial: false } });
    await expectStored(chat);
  });

  test("shows the steps of a turn with the tool's result, through a React client as well", async () => {
    server.expect(call("get_weather", { location: "Paris" }), sayAll("Windy."));
    const react = new ConvexReactClient(backend.url, {
      logger: false,
      webSocketConstructor: WebSocket as never,
    });
    const chat = await open(await client.mutation(createThread, {}), react);
    await chat.sendMessage({ text: "Weather?" });
    expect(chat.messages[1]!.parts).toMatchObject([
      { type: "step-start" },
      { type: "tool-get_weather", state: "output-available", output: { location: "Paris" } },
      { type: "step-start" },
      { type: "text", text: "Windy.", state: "done" },
    ]);
    await expectStored(chat);
    await react.close();
  });

  test("goes on after a reload in mid-answer, in the same message", async () => {
    const { reply, go } = halting("It is", " windy.");
    server.expect(call("get_weather", { location: "Paris" }), reply);
    const first = await openNew();
    void first.sendMessage({ text: "Weather?" });
    await until(
      () => textOf(first.messages[1]),
      (text) => text === "It is",
    );
    const second = await open(first.id);
    expect(second.messages[1]).toMatchObject({ id: "turn-1" });
    const resumed = second.resumeStream();
    await until(
      () => textOf(second.messages[1]),
      (text) => text === "It is",
    );
    go();
    await resumed;
    expect(texts(second)).toEqual(["Weather?", "It is windy."]);
    await expectStored(second);
    const third = await open(first.id);
    await third.resumeStream();
    expect(third.status).toBe("ready");
    expect(texts(third)).toEqual(["Weather?", "It is windy."]);
  });

  test("stops the turn, and keeps what was said", async () => {
    server.expect(halting("Word").reply);
    const chat = await openNew();
    const sent = chat.sendMessage({ text: "Never stop" });
    await until(
      () => textOf(chat.messages[1]),
      (text) => text === "Word",
    );
    await chat.stop();
    await sent;
    expect(chat.status).toBe("ready");
    await until(
      () => threadOf(chat),
      (thread) => thread?.status === "stopped",
    );
    await expectStored(chat);
    server.expect(sayAll("Again."));
    await chat.sendMessage({ text: "And now?" });
    expect(texts(chat)).toEqual(["Never stop", "Word", "And now?", "Again."]);
  });

  test("a reconnection that a newer one takes the place of does not stop the turn", async () => {
    const { reply, go } = halting("Still", " here.");
    server.expect(reply);
    const chat = await openNew();
    void chat.sendMessage({ text: "Hi" });
    await until(
      () => textOf(chat.messages[1]),
      (text) => text === "Still",
    );
    const page = await open(chat.id);
    const older = page.resumeStream();
    await until(
      () => textOf(page.messages[1]),
      (text) => text === "Still",
    );
    const newer = page.resumeStream();
    await older;
    go();
    await newer;
    expect(texts(page)).toEqual(["Hi", "Still here."]);
    expect((await threadOf(chat))?.status).toBe("completed");
  });

  test("a message that is sent again is one, and waits for a turn that runs", async () => {
    const running = halting("One", ".");
    server.expect(running.reply, sayAll("Two."));
    const chat = await openNew();
    const other = await open(chat.id);
    void chat.sendMessage({ text: "First" });
    await until(
      () => textOf(chat.messages[1]),
      (text) => text === "One",
    );
    const message = { id: "again", parts: [{ type: "text" as const, text: "Second" }] };
    const sent = [other.sendMessage(message), (await open(chat.id)).sendMessage(message)];
    await until(
      () => loadMessages({ client, listMessages }, chat.id),
      (messages) => messages.some((message) => textOf(message) === "Second"),
    );
    running.go();
    await Promise.all(sent);
    expect(texts(other)).toEqual(["Second", "Two."]);
    expect((await loadMessages({ client, listMessages }, chat.id)).map(textOf)).toEqual([
      ...["First", "One.", "Second", "Two."],
    ]);
  });

  test("a turn that was steered: one answer to who follows it, two to who opens it", async () => {
    const [first, second] = [halting("One", "."), halting("Two", ".")];
    server.expect(first.reply, second.reply);
    const chat = await openNew();
    const sent = chat.sendMessage({ text: "Hi" });
    const hasSaid = (chat: Chat<ChatMessage>, words: string) =>
      until(
        () => textOf(chat.messages.at(-1)),
        (text) => text === words,
      );
    await hasSaid(chat, "One");
    const steering = { threadId: chat.id, prompt: "And?", whileRunning: "steer" as const };
    await client.mutation(api.chat.sendMessage, steering);
    first.go();
    await hasSaid(chat, "One.Two");
    const page = await open(chat.id);
    const resumed = page.resumeStream();
    await hasSaid(page, "Two");
    second.go();
    await Promise.all([sent, resumed]);
    expect(texts(chat)).toEqual(["Hi", "One.Two."]);
    expect(texts(page)).toEqual(["Hi", "One.", "And?", "Two."]);
    await expectStored(page);
  });

  test("says why a turn has failed, and answers anew", async () => {
    server.expect((answer) => answer.refuse(401, "That key is not valid."), sayAll("Now it is."));
    const chat = await openNew();
    await chat.sendMessage({ text: "Who am I?" });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toContain("That key is not valid.");
    await chat.regenerate();
    expect(texts(chat)).toEqual(["Who am I?", "Now it is."]);
    await expectStored(chat);
  });

  test("regenerates an answer by its id, and edits a message", async () => {
    server.expect(sayAll("One."), sayAll("Two."), sayAll("Uno."), sayAll("Eins."));
    const chat = await openNew();
    await chat.sendMessage({ text: "First" });
    await chat.sendMessage({ text: "Second" });
    await chat.regenerate({ messageId: chat.messages[1]!.id });
    expect(texts(chat)).toEqual(["First", "Uno."]);
    await expectStored(chat);
    await chat.sendMessage({ text: "Erstens", messageId: chat.messages[0]!.id });
    expect(texts(chat)).toEqual(["Erstens", "Eins."]);
    await expectStored(chat);
  });

  test("an attempt whose connection was cut is told apart from the answer", async () => {
    server.expect(async (answer) => {
      answer.say("This will");
      await pause();
      await until(
        () => textOf(chat.messages[1]),
        (text) => text === "This will",
      );
      answer.cut();
    }, sayAll("It is whole."));
    const chat = await openNew();
    await chat.sendMessage({ text: "Go on" });
    const answer = chat.messages[1]!;
    expect(answer.parts.filter(({ type }) => type === "text")).toMatchObject([
      { text: "This will", state: "done" },
      { text: "It is whole.", state: "done" },
    ]);
    expect(answer.metadata).toMatchObject({ superseded: true });
    chat.messages = await loadMessages({ client, listMessages }, chat.id);
    expect(texts(chat)).toEqual(["Go on", "It is whole."]);
  });

  test("a result that the user gives goes to the tool's call, and the answer goes on", async () => {
    server.expect(call("ask_person", { question: "Name?" }), sayAll("Hello Ada."));
    const chat = await openNew();
    await chat.sendMessage({ text: "Hi" });
    expect(chat.status).toBe("ready");
    expect(chat.messages[1]!.parts[1]).toMatchObject({
      state: "input-available",
      input: { question: "Name?" },
    });
    await chat.addToolOutput({ tool: "ask_person", toolCallId: "call_ask_person", output: "Ada" });
    await until(
      () => textOf(chat.messages[1]),
      (text) => text === "Hello Ada.",
    );
    await isIdle(chat);
    expect(server.requests[1]!.body.messages.at(-1)).toMatchObject({ role: "tool" });
    expect(String(server.requests[1]!.body.messages.at(-1)!.content)).toContain("Ada");
    await expectStored(chat);
  });

  test.each([
    [true, "output-available", "Booked."],
    [false, "output-denied", "Then not."],
  ])("a call that needs approval: %s", async (approved, state, answer) => {
    server.expect(call("book_table", { restaurant: "Roma", people: 2 }), sayAll(answer));
    const chat = await openNew();
    await chat.sendMessage({ text: "Book" });
    const asked = chat.messages[1]!.parts[1]!;
    expect(asked).toMatchObject({ state: "approval-requested", approval: { id: "call_book_table" } });
    // The page is opened anew before the user answers.
    const page = await open(chat.id);
    await page.resumeStream();
    expect(page.status).toBe("ready");
    await page.addToolApprovalResponse({ id: "call_book_table", approved, reason: "As I said" });
    await until(
      () => textOf(page.messages[1]),
      (text) => text === answer,
    );
    await isIdle(page);
    expect(page.messages).toHaveLength(2);
    expect(page.messages[1]!.parts[1]).toMatchObject({ state });
    await expectStored(page);
  });

  test("what was answered elsewhere is not handed in again, and nothing is asked for over and over", async () => {
    server.expect(call("ask_person", { question: "Name?" }), halting("Hello").reply);
    const chat = await openNew();
    await chat.sendMessage({ text: "Hi" });
    await client.mutation(api.chat.addToolResult, {
      toolCallId: "call_ask_person",
      threadId: chat.id,
      result: "Ada",
    });
    await until(
      () => server.requests.length,
      (count) => count === 2,
    );
    await client.mutation(stopThread, { threadId: chat.id });
    await chat.addToolOutput({ tool: "ask_person", toolCallId: "call_ask_person", output: "Bob" });
    await isIdle(chat);
    expect(chat.error).toBeUndefined();
    expect((await threadOf(chat))?.status).toBe("stopped");
  });
});
