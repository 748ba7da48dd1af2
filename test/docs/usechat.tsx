import { useChat } from "@ai-sdk/react";
import {
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
} from "ai";
import { createConvexChatTransport, loadMessages, type ChatMessage } from "convex-durable-agents/chat";
import type { ConvexReactClient } from "convex/react";
import { api } from "./app.js";

export const createTransport = (client: ConvexReactClient) =>
  createConvexChatTransport({
    client,
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    // For regenerating answers and editing messages:
    regenerate: api.chat.regenerate,
    editMessage: api.chat.editMessage,
    // Where the chat's user answers tool calls:
    addToolResult: api.chat.addToolResult,
    addToolError: api.chat.addToolError,
    approveToolCall: api.chat.approveToolCall,
    denyToolCall: api.chat.denyToolCall,
    clientTools: ["ask_person"],
  });

interface Opened {
  client: ConvexReactClient;
  transport: ReturnType<typeof createTransport>;
  threadId: string;
  /** What `loadMessages` gave before the chat was shown. */
  loaded: ChatMessage[];
}

export function useThreadChat({ client, transport, threadId, loaded }: Opened) {
  const chat = useChat<ChatMessage>({
    id: threadId,
    transport,
    messages: loaded,
    resume: true,
    sendAutomaticallyWhen: (chat) =>
      lastAssistantMessageIsCompleteWithToolCalls(chat) ||
      lastAssistantMessageIsCompleteWithApprovalResponses(chat),
    onFinish: ({ message }) => {
      const { listMessagesWithStreams: listMessages } = api.chat;
      if (message.metadata?.superseded)
        void loadMessages({ client, listMessages }, threadId).then((stored) => chat.setMessages(stored));
    },
  });
  return { ...chat, stop: () => client.mutation(api.chat.stopThread, { threadId }) };
}

export function ThreadChat(opened: Opened) {
  const { messages, sendMessage, status, stop, error, addToolApprovalResponse } = useThreadChat(opened);
  const isRunning = status === "submitted" || status === "streaming";
  return (
    <div>
      {messages.map((message) => (
        <article key={message.id}>
          {message.parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (part.type !== "tool-book_table" || part.state !== "approval-requested") return null;
            const { id } = part.approval;
            return (
              <button key={index} onClick={() => void addToolApprovalResponse({ id, approved: true })}>
                Approve
              </button>
            );
          })}
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <button onClick={() => void (isRunning ? stop() : sendMessage({ text: "Hello" }))}>
        {isRunning ? "Stop" : "Say hello"}
      </button>
    </div>
  );
}
