import { getMessageKey, useAgentChat, type AgentMessage } from "convex-durable-agents/react";
import { api } from "../convex/_generated/api";

/** The app's tools, so that the parts of messages have their types. */
type Tools = {
  issue_refund: { input: { orderId: string; amount: number }; output: string };
  ask_customer: { input: { question: string }; output: string };
};
type Message = AgentMessage<Record<string, unknown>, Record<string, never>, Tools>;

export function ChatView({ threadId }: { threadId: string }) {
  const { messages, sendMessage, approveToolCall, denyToolCall, addToolResult, actionError } =
    useAgentChat<Message>({
      listMessages: api.chat.listMessagesWithStreams,
      getThread: api.chat.getThread,
      sendMessage: api.chat.sendMessage,
      stopThread: api.chat.stopThread,
      resumeThread: api.chat.resumeThread,
      approveToolCall: api.chat.approveToolCall,
      denyToolCall: api.chat.denyToolCall,
      addToolResult: api.chat.addToolResult,
      threadId,
    });
  return (
    <div>
      {messages.map((message) => (
        <article key={getMessageKey(message)}>
          {message.parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (part.type === "tool-issue_refund" && part.state === "approval-requested")
              return (
                <form
                  key={part.toolCallId}
                  action={(data) =>
                    void approveToolCall?.(part.toolCallId, {
                      ...part.input,
                      amount: Number(data.get("amount")),
                    })
                  }
                >
                  Refund the order {part.input.orderId}?
                  <input name="amount" type="number" defaultValue={part.input.amount} aria-label="Amount" />
                  <button>Approve</button>
                  <button type="button" onClick={() => void denyToolCall?.(part.toolCallId, "Too much.")}>
                    Deny
                  </button>
                </form>
              );
            if (part.type === "tool-ask_customer" && part.state === "input-available")
              return (
                <form
                  key={part.toolCallId}
                  action={(data) => void addToolResult?.(part.toolCallId, String(data.get("answer")))}
                >
                  {part.input.question}
                  <input name="answer" aria-label="Answer" />
                </form>
              );
            return null;
          })}
        </article>
      ))}
      {actionError && <p role="alert">{actionError.message}</p>}
      <form action={(data) => void sendMessage(String(data.get("prompt")))}>
        <input name="prompt" aria-label="Message" />
      </form>
    </div>
  );
}
