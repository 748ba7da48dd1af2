import { useAgentChat, type AgentMessage, type DataPart } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "./app.js";

type Message = AgentMessage<
  { model: string; durationMs: number; cost?: number },
  { sources: { titles: string[] }; chart: { table: string; points: number[] } }
>;

export function Chat({ threadId }: { threadId: string }) {
  const [notice, setNotice] = useState("");
  const { messages, sendMessage } = useAgentChat<Message>({
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    resumeThread: api.chat.resumeThread,
    threadId,
    // For what is shown once:
    onData: ({ type, data }: DataPart) => type === "data-notice" && setNotice(String(data)),
  });
  const data = [{ type: "data-page", data: location.pathname }];
  return (
    <div>
      <output>{notice}</output>
      {messages.map((message) => (
        <article key={message.id} title={message.metadata?.custom?.model}>
          {message.parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (part.type === "data-sources") return <cite key={index}>{part.data.titles.join(", ")}</cite>;
            if (part.type === "data-chart") return <meter key={index} value={part.data.points.length} />;
            return null;
          })}
        </article>
      ))}
      <button onClick={() => void sendMessage("What does it cost?", { data })}>Ask</button>
    </div>
  );
}
