import { useChat, type UseChatHelpers } from "@ai-sdk/react";
import {
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type ChatInit,
  type UIMessage,
} from "ai";
import { useConvex } from "convex/react";
import { useCallback, useEffect, useState } from "react";
import {
  createConvexChatTransport,
  type ConvexChatTransportOptions,
} from "../chat/createConvexChatTransport.js";
import { loadMessages, type AnyChatMessage, type ChatMessage } from "../chat/loadMessages.js";
import type { ChatFunctions } from "../follow/chatFunctions.js";
import { readableError } from "../follow/describeError.js";

/** The options of `useChat` that are the chat's own. */
type OfUseChat<Message extends AnyChatMessage> = Pick<
  ChatInit<Message>,
  "onData" | "onError" | "onFinish" | "onToolCall" | "sendAutomaticallyWhen"
>;

/** The agent's functions and settings are those of the first render. */
export interface UseConvexChatOptions<Message extends AnyChatMessage>
  extends Omit<ConvexChatTransportOptions, "client">, OfUseChat<Message> {
  threadId: string;
  /** `api.chat.stopThread` */
  stopThread: ChatFunctions["stopThread"];
  /** How many committed messages are loaded, each model call as one. Default: 100; at most 500. */
  limit?: number;
}

/** What `useChat` returns, but for `stop`. */
export interface UseConvexChatResult<Message extends AnyChatMessage> extends Omit<
  UseChatHelpers<Message>,
  "stop"
> {
  /** Stops the running turn; what was shown is kept. `useChat`'s own only leaves the stream. */
  stop: () => Promise<void>;
  /** True until the thread's messages have been loaded. */
  isLoading: boolean;
}

/**
 * The AI SDK's `useChat` on a durable thread: loads its messages, follows the turn that runs, sends the answers of the chat's user
 * to tool calls, and stops the thread. Once a message has text of an attempt that was discarded, what is stored takes its place.
 *
 * @example
 * const { messages, sendMessage, status, stop } = useConvexChat({
 *   listMessages: api.chat.listMessagesWithStreams,
 *   getThread: api.chat.getThread,
 *   sendMessage: api.chat.sendMessage,
 *   stopThread: api.chat.stopThread,
 *   threadId,
 * });
 */
export function useConvexChat<Message extends AnyChatMessage = ChatMessage>({
  threadId,
  stopThread,
  limit,
  ...options
}: UseConvexChatOptions<Message>): UseConvexChatResult<Message> {
  const client = useConvex();
  const [functions] = useState({ ...options, client, stopThread });
  const [transport] = useState(() => createConvexChatTransport<Message>(functions));
  const [opened, setOpened] = useState<Opened>({ threadId: null });
  const isOpened = opened.threadId === threadId;
  const { sendAutomaticallyWhen = isAnswered, onFinish, onData, onError, onToolCall } = options;
  const load = useCallback(
    () => loadMessages(functions, threadId, { limit }) as Promise<Message[]>,
    [functions, threadId, limit],
  );
  const chat = useChat<Message>({
    id: threadId,
    transport,
    resume: isOpened && !opened.error,
    sendAutomaticallyWhen,
    onData,
    onError,
    onToolCall,
    onFinish: (finish) => {
      if (finish.message.metadata?.superseded) void load().then(chat.setMessages);
      onFinish?.(finish);
    },
  });
  const { setMessages } = chat;
  useEffect(() => {
    let isCurrent = true;
    void load()
      .then((messages): Opened => (isCurrent && setMessages(messages), { threadId }))
      .catch((error: unknown): Opened => ({ threadId, error: readableError(error) }))
      .then((now) => isCurrent && setOpened(now));
    return () => void (isCurrent = false);
  }, [load, setMessages, threadId]);
  const stop = useCallback(
    async () => void (await client.mutation(functions.stopThread, { threadId })),
    [client, functions, threadId],
  );
  const error = chat.error ?? (isOpened ? opened.error : undefined);
  return { ...chat, stop, error, isLoading: !isOpened };
}

/** The thread whose messages were loaded last, or why they could not be. */
interface Opened {
  threadId: string | null;
  error?: Error;
}

/** Whether the chat's user has answered all that the last answer asks. */
function isAnswered(chat: { messages: UIMessage[] }): boolean {
  return (
    lastAssistantMessageIsCompleteWithToolCalls(chat) ||
    lastAssistantMessageIsCompleteWithApprovalResponses(chat)
  );
}
