import type { ChatTransport, UIMessage } from "ai";
import { encodeValue } from "../../component/lib/storable.js";
import { readableError } from "../follow/describeError.js";
import { foldMessages } from "../follow/foldMessages.js";
import type { AgentMessage } from "../follow/types.js";
import { runningTurn } from "../follow/threadStatus.js";
import type { MessageDoc } from "../types.js";
import { isDataPart } from "../values/dataParts.js";
import type { AnswerRequest } from "./answer.js";
import { answerStream } from "./answerStream.js";
import type { ChatClient } from "./chatClient.js";
import { installedSdk } from "./chatSdk.js";
import type { ChatMessage } from "./loadMessages.js";
import { required, sendToolAnswers } from "./toolAnswers.js";
import type { ChatTransportFunctions } from "../follow/chatFunctions.js";

export interface ConvexChatTransportOptions extends ChatTransportFunctions {
  /** The app's `ConvexReactClient`, or a `ConvexClient`. */
  client: ChatClient;
  /**
   * The names of async tools whose results come from the chat's user, through `addToolOutput`. An answer that waits for
   * nothing else ends for `useChat`, which sends results only then. Default: none.
   */
  clientTools?: readonly string[];
}

type SendOptions = Parameters<ChatTransport<UIMessage>["sendMessages"]>[0];

/**
 * Creates the transport that connects the AI SDK's `useChat` to durable threads. The chat's id is the thread's.
 *
 * A message is stored once however often it is sent: its id is its key. The answer is that of the turn that answers the
 * message, streamed or, where it was not streamed, at its commit. `useChat`'s `stop` leaves the stream, as unmounting and closing
 * the page do, and the turn goes on: call `stopThread` to stop it.
 *
 * The `error` of `useChat` has a message that can be shown; `describeError` returns its code.
 *
 * @example
 * const transport = createConvexChatTransport({
 *   client,
 *   listMessages: api.chat.listMessagesWithStreams,
 *   getThread: api.chat.getThread,
 *   sendMessage: api.chat.sendMessage,
 * });
 * const { messages, sendMessage } = useChat<ChatMessage>({ id: threadId, transport, resume: true });
 */
export function createConvexChatTransport<Message extends UIMessage = ChatMessage>(
  options: ConvexChatTransportOptions,
): ChatTransport<Message> {
  const transport = new ConvexChatTransport(options);
  return {
    resumeStreamIsReplay: true,
    sendMessages: (request) => transport.send(request).catch(throwReadable),
    reconnectToStream: (request) => transport.reconnect(request).catch(throwReadable),
  };
}

/** `useChat` passes an error on as it is thrown. */
function throwReadable(error: unknown): never {
  throw readableError(error);
}

class ConvexChatTransport {
  /** The ids of stored messages by their ids in the chat. */
  private readonly stored = new Map<string, string>();

  private readonly sdk = installedSdk();

  constructor(private readonly options: ConvexChatTransportOptions) {}

  async send({ trigger, chatId: threadId, messages, messageId, abortSignal }: SendOptions) {
    if (trigger === "regenerate-message")
      return this.answer(threadId, await this.regenerate(threadId, messageId), abortSignal);
    const message = messages.find(({ id }) => id === messageId) ?? messages.at(-1);
    if (!message) throw new Error("There is no message to send.");
    if (message.role === "assistant") return this.continueAnswer(threadId, message, abortSignal);
    const request = { messageId: await this.sendMessage(threadId, message, messageId) };
    return this.answer(threadId, request, abortSignal);
  }

  async reconnect({ chatId: threadId, abortSignal }: { chatId: string; abortSignal?: AbortSignal }) {
    const { client, getThread } = this.options;
    const thread = await client.query(getThread, { threadId });
    if (runningTurn(thread) === null || abortSignal?.aborted) return null;
    return this.answer(threadId, "running", abortSignal);
  }

  /** Sends a user's message, or replaces an earlier one with it. Returns the stored message's id. */
  private async sendMessage(
    threadId: string,
    message: UIMessage,
    replacedId: string | undefined,
  ): Promise<string> {
    const { client, sendMessage } = this.options;
    const content = { threadId, ...contentOf(message) };
    const id =
      replacedId === undefined
        ? await client.mutation(sendMessage, { ...content, key: message.id })
        : await client.mutation(required(this.options, "editMessage"), {
            ...content,
            messageId: await this.storedId(threadId, replacedId),
          });
    if (id === null) throw new Error("sendMessage has to return the message's id.");
    this.stored.set(message.id, id);
    return id;
  }

  private async regenerate(threadId: string, messageId: string | undefined): Promise<AnswerRequest> {
    const { client, getThread } = this.options;
    const thread = await client.query(getThread, { threadId });
    const which = messageId === undefined ? {} : { messageId: await this.storedId(threadId, messageId) };
    await client.mutation(required(this.options, "regenerate"), { threadId, ...which });
    return { afterTurn: thread?.turn ?? 0 };
  }

  /** Sends the user's answers to the calls of the last answer, and streams the rest of it. */
  private async continueAnswer(threadId: string, message: UIMessage, abortSignal: AbortSignal | undefined) {
    const { client } = this.options;
    const docs = await this.read(threadId);
    const isSent = await sendToolAnswers(client, this.options, { threadId, docs, message });
    // An error of this name leaves the chat as it is, without another try.
    if (!isSent) throw new DOMException("The thread waits for no answer of this message.", "AbortError");
    return this.answer(threadId, "running", abortSignal, message as AgentMessage);
  }

  /** Returns the id of the stored message with this id in the chat. */
  private async storedId(threadId: string, id: string): Promise<string> {
    const known = this.stored.get(id);
    if (known !== undefined) return known;
    const docs = await this.read(threadId);
    const folded = foldMessages(docs, null).find((message) => message.id === id);
    const found = folded?.metadata?.messageId;
    if (!found) throw new Error(`The thread has no message ${id}.`);
    return found;
  }

  private async read(threadId: string): Promise<MessageDoc[]> {
    const { client, listMessages } = this.options;
    const { messages = [] } = await client.query(listMessages, { threadId });
    return messages;
  }

  private async answer(
    threadId: string,
    request: AnswerRequest,
    abortSignal: AbortSignal | undefined,
    continued?: AgentMessage,
  ) {
    const { client, clientTools = [] } = this.options;
    const sdk = await this.sdk;
    const options = { threadId, request, clientTools, continued, abortSignal, sdk };
    return answerStream(client, this.options, options);
  }
}

/** The content of a message of the chat: its text, its files by their URLs, and its data. */
function contentOf({ parts }: UIMessage) {
  const prompt = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const files = parts.flatMap((part) => {
    if (part.type !== "file") return [];
    const { mediaType, filename, url } = part;
    return [{ mediaType, url, ...(filename !== undefined && { filename }) }];
  });
  const data = parts.filter(isDataPart).map(({ type, id, data }) => ({
    type,
    data: encodeValue(data),
    ...(id !== undefined && { id }),
  }));
  return {
    ...(prompt && { prompt }),
    ...(files.length > 0 && { files }),
    ...(data.length > 0 && { data }),
  };
}
