import { Chat } from "@ai-sdk/react";
import {
  isToolUIPart,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from "ai";
import type { ConvexClient } from "convex/browser";
import type { ConvexReactClient } from "convex/react";
import { createConvexChatTransport, loadMessages, type ChatMessage } from "convex-durable-agents/chat";
import { afterAll, beforeAll, expect } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { startExample, type ExampleBackend } from "../browser/support/backend.js";
import { connect, until } from "../embedded/support.js";
import { OpenAIServer, type Answer } from "./openAIServer.js";

const { createThread, getThread, stopThread, listMessagesWithStreams: listMessages } = api.chat;

/** The example on a backend of its own with a real client, and the SDK's chat on its threads. */
export class DurableChats {
  /** Stands in for the model's provider. */
  readonly server = new OpenAIServer();
  backend!: ExampleBackend;
  client!: ConvexClient;

  /** Starts it before a file's tests, and ends it after them. */
  static forThisFile(): DurableChats {
    const chats = new DurableChats();
    beforeAll(async () => {
      const baseURL = await chats.server.listen();
      chats.backend = await startExample(undefined, {
        OPENAI_API_KEY: "loopback",
        OPENAI_BASE_URL: baseURL,
        OPENAI_MODEL: "loopback-model",
      });
      chats.client = connect(chats.backend.url);
    });
    afterAll(async () => {
      await chats.client.close();
      await chats.backend.kill();
      chats.server.close();
    });
    return chats;
  }

  /** The SDK's chat of a thread, as a page has it that was just opened. */
  async open(threadId: string, using: ConvexClient | ConvexReactClient = this.client) {
    const {
      sendMessage,
      regenerate,
      editMessage,
      addToolResult,
      addToolError,
      approveToolCall,
      denyToolCall,
    } = api.chat;
    const changing = { sendMessage, regenerate, editMessage };
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

  newThread = () => this.client.mutation(createThread, {});
  openNew = async () => this.open(await this.newThread());
  stop = ({ id: threadId }: Chat<ChatMessage>) => this.client.mutation(stopThread, { threadId });
  threadOf = ({ id: threadId }: Chat<ChatMessage>) => this.client.query(getThread, { threadId });
  stored = (threadId: string) => loadMessages({ client: this.client, listMessages }, threadId);

  /** What the chat has is what is stored: words, outcomes, and the answers' ids. */
  async expectStored(chat: Chat<ChatMessage>): Promise<void> {
    const stored = await this.stored(chat.id);
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
}

export const textOf = (message: UIMessage | undefined) =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
export const texts = (chat: { messages: UIMessage[] }) => chat.messages.map(textOf);

/**
 * Waits until a message of the chat has exactly this text.
 *
 * @param index - which one; negative counts from the end. Default: 1, the first answer.
 */
export const hasSaid = (chat: Chat<ChatMessage>, text: string, index = 1) =>
  until(
    () => textOf(chat.messages.at(index)),
    (said) => said === text,
  );

export const isIdle = (chat: Chat<ChatMessage>) =>
  until(
    () => chat.status,
    (status) => status === "ready",
  );

/** An answer that is said word for word. */
export const sayAll =
  (...words: string[]) =>
  (answer: Answer) => {
    for (const word of words) answer.say(word);
    answer.finish("stop");
  };

/** An answer that calls a tool. */
export const call = (name: string, args: object) => (answer: Answer) => {
  answer.call(0, `call_${name}`, name, JSON.stringify(args));
  answer.finish("tool_calls");
};

/** An answer that streams its first words, and the others when the test lets it. */
export function halting(first: string, ...others: string[]) {
  let go = () => {};
  const isTold = new Promise<void>((resolve) => (go = resolve));
  const reply = async (answer: Answer) => {
    answer.say(first);
    await isTold;
    sayAll(...others)(answer);
  };
  return { reply, go: () => go() };
}
