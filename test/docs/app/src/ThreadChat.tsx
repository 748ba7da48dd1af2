import { useConvexChat, type ChatMessage } from "convex-durable-agents/usechat";
import type { DataPart } from "convex-durable-agents/react";
import { api } from "../convex/_generated/api";

/** The answers' metadata, and the data parts that the app knows. */
type Message = ChatMessage<{ model: string }, { sources: { titles: string[] } }>;

interface ThreadChatProps {
  threadId: string;
  onData?: (part: DataPart) => void;
}

export function ThreadChat({ threadId, onData }: ThreadChatProps) {
  const chat = useConvexChat<Message>({
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
  const isRunning = chat.status === "submitted" || chat.status === "streaming";
  if (chat.isLoading) return <p>Loading…</p>;
  return (
    <div>
      {chat.messages.map((message) => (
        <article key={message.id}>
          {message.parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (part.type === "data-sources") return <cite key={index}>{part.data.titles.join(", ")}</cite>;
            if (part.type !== "tool-charge_card" || part.state !== "approval-requested") return null;
            const approval = { id: part.approval.id, approved: true };
            return (
              <button key={index} onClick={() => void chat.addToolApprovalResponse(approval)}>
                Approve
              </button>
            );
          })}
        </article>
      ))}
      {chat.error && <p role="alert">{chat.error.message}</p>}
      <button onClick={() => void (isRunning ? chat.stop() : chat.sendMessage({ text: "Hello" }))}>
        {isRunning ? "Stop" : "Say hello"}
      </button>
    </div>
  );
}
