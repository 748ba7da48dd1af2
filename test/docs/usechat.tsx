import { createConvexChatTransport } from "convex-durable-agents/chat";
import { useConvexChat, type ChatMessage } from "convex-durable-agents/usechat";
import type { ConvexReactClient } from "convex/react";
import type { DataPart } from "convex-durable-agents/react";
import { api } from "./app.js";

/** What the app says of an answer, and the data parts that it knows. */
type Message = ChatMessage<{ model: string }, { sources: { titles: string[] } }>;

export function useThreadChat(threadId: string, onData?: (part: DataPart) => void) {
  return useConvexChat<Message>({
    threadId,
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    // For regenerating answers and editing messages:
    regenerate: api.chat.regenerate,
    editMessage: api.chat.editMessage,
    // Where the chat's user answers tool calls:
    addToolResult: api.chat.addToolResult,
    addToolError: api.chat.addToolError,
    approveToolCall: api.chat.approveToolCall,
    denyToolCall: api.chat.denyToolCall,
    clientTools: ["ask_person"],
    // For what is shown once, such as a notice:
    onData,
  });
}

export const createTransport = (client: ConvexReactClient) =>
  createConvexChatTransport({
    client,
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
  });

interface ThreadChatProps {
  threadId: string;
  onData?: (part: DataPart) => void;
}

export function ThreadChat({ threadId, onData }: ThreadChatProps) {
  const { messages, sendMessage, status, stop, error, isLoading, addToolApprovalResponse } = useThreadChat(
    threadId,
    onData,
  );
  const isRunning = status === "submitted" || status === "streaming";
  if (isLoading) return <p>Loading…</p>;
  return (
    <div>
      {messages.map((message) => (
        <article key={message.id}>
          {message.parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (part.type === "data-sources") return <cite key={index}>{part.data.titles.join(", ")}</cite>;
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
