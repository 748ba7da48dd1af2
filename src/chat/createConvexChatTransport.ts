import type { ChatTransport, UIMessage } from "ai";
import { readableError } from "../follow/describeError.js";
import { foldMessages } from "../follow/foldMessages.js";
import type { AgentMessage } from "../follow/types.js";
import { runningTurn } from "../follow/threadStatus.js";
import type { MessageDoc } from "../types.js";
import type { Wanted } from "./answer.js";
import { answerStream } from "./answerStream.js";
import type { ChatClient } from "./chatClient.js";
import type { ChatMessage } from "./loadMessages.js";
import { given, sendToolAnswers } from "./toolAnswers.js";
import type { ChatTransportFunctions } from "../follow/chatFunctions.js";

export interface ConvexChatTransportOptions extends ChatTransportFunctions {
  /** The app's `ConvexReactClient`, or a `ConvexClient`. */
  client: ChatClient;
  /**
   * The async tools whose results the chat's user gives, with `addToolOutput`: an answer that waits for nothing else is
   * over for `useChat`, which sends results only then.
   */
  clientTools?: readonly string[];
}

type SendOptions = Parameters<ChatTransport<UIMessage>["sendMessages"]>[0];

/**
 * Makes the transport that lets the AI SDK's `useChat` run on durable threads. The chat's id is the thread's.
 *
 * A message that is sent is called by its id, and stored once however often it is sent. The answer's chunks are those
 * of the turn that answers it, from whichever place they come: as they are streamed, or at the commit where they were
 * not. `stop` stops the thread's turn; closing the page does not.
 *
 * The `error` of `useChat` has a message that can be shown; `describeError` returns its code.
 *
 * @example
 * const transport = createConvexChatTransport({
 *   client,
 *   listMessages: api.chat.listMessagesWithStreams,
 *   getThread: api.chat.getThread,
 *   sendMessage: api.chat.sendMessage,
 *   stopThread: api.chat.stopThread,
 * });
 * const { messages, sendMessage, stop } = useChat<ChatMessage>({ id: threadId, transport, resume: true });
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

/** `useChat` shows an error as it is. */
function throwReadable(error: unknown): never {
  throw readableError(error);
}

class ConvexChatTransport {
  /** The stored messages by what the chat calls them. */
  private readonly stored = new Map<string, string>();
  /** The signal of each thread's newest reconnection. */
  private readonly reconnections = new Map<string, AbortSignal | undefined>();

  constructor(private readonly options: ConvexChatTransportOptions) {}

  async send({ trigger, chatId: threadId, messages, messageId, abortSignal }: SendOptions) {
    if (trigger === "regenerate-message")
      return this.answer(threadId, await this.regenerate(threadId, messageId), abortSignal);
    const message = messages.find(({ id }) => id === messageId) ?? messages.at(-1);
    if (!message) throw new Error("There is no message to send.");
    if (message.role === "assistant") return this.goOn(threadId, message, abortSignal);
    const wanted = { messageId: await this.say(threadId, message, messageId) };
    return this.answer(threadId, wanted, abortSignal);
  }

  async reconnect({ chatId: threadId, abortSignal }: { chatId: string; abortSignal?: AbortSignal }) {
    const { client, getThread } = this.options;
    this.reconnections.set(threadId, abortSignal);
    const thread = await client.query(getThread, { threadId });
    if (runningTurn(thread) === null || abortSignal?.aborted) return null;
    return this.answer(threadId, "running", abortSignal, { isReconnection: true });
  }

  /** Sends a user's message, or puts it in the place of an earlier one. Returns the stored message's id. */
  private async say(threadId: string, message: UIMessage, replacedId: string | undefined): Promise<string> {
    const { client, sendMessage } = this.options;
    const said = { threadId, ...contentOf(message) };
    const id =
      replacedId === undefined
        ? await client.mutation(sendMessage, { ...said, key: message.id })
        : await client.mutation(given(this.options, "editMessage"), {
            ...said,
            messageId: await this.storedId(threadId, replacedId),
          });
    if (id === null) throw new Error("sendMessage has to return the message's id.");
    this.stored.set(message.id, id);
    return id;
  }

  private async regenerate(threadId: string, messageId: string | undefined): Promise<Wanted> {
    const { client, getThread } = this.options;
    const thread = await client.query(getThread, { threadId });
    const which = messageId === undefined ? {} : { messageId: await this.storedId(threadId, messageId) };
    await client.mutation(given(this.options, "regenerate"), { threadId, ...which });
    return { afterTurn: thread?.turn ?? 0 };
  }

  /** Hands in what the user has answered to the calls of the last answer, and brings the rest of it. */
  private async goOn(threadId: string, message: UIMessage, abortSignal: AbortSignal | undefined) {
    const { client } = this.options;
    const docs = await this.read(threadId);
    const isSent = await sendToolAnswers(client, this.options, { threadId, docs, message });
    // An error of this name leaves the chat as it is, and does not have it ask again.
    if (!isSent) throw new DOMException("The thread waits for no answer of this message.", "AbortError");
    return this.answer(threadId, "running", abortSignal, { continued: message as AgentMessage });
  }

  /** How the thread's functions call a message of the chat. */
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

  private answer(
    threadId: string,
    wanted: Wanted,
    abortSignal: AbortSignal | undefined,
    { continued, isReconnection = false }: { continued?: AgentMessage; isReconnection?: boolean } = {},
  ) {
    const { client, clientTools = [], stopThread } = this.options;
    const stop = async () => {
      // useChat gives up a reconnection for a newer one, too.
      await Promise.resolve();
      if (isReconnection && this.reconnections.get(threadId) !== abortSignal) return;
      await client.mutation(stopThread, { threadId });
    };
    if (abortSignal?.aborted) void stop();
    else abortSignal?.addEventListener("abort", () => void stop(), { once: true });
    return answerStream(client, this.options, { threadId, wanted, clientTools, continued });
  }
}

/** What a message of the chat says: its text, and its files by their URLs. */
function contentOf({ parts }: UIMessage) {
  const prompt = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const files = parts.flatMap((part) => {
    if (part.type !== "file") return [];
    const { mediaType, filename, url } = part;
    return [{ mediaType, url, ...(filename !== undefined && { filename }) }];
  });
  return { ...(prompt && { prompt }), ...(files.length > 0 && { files }) };
}
