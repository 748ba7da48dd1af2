import { useAgentChat, type AgentMessage, type DataPart } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "../convex/_generated/api";

/** The answers' metadata, and the data parts that the app knows. */
type Message = AgentMessage<
  { model: string; durationMs: number; cost?: number },
  { sources: { titles: string[] }; chart: { title: string; points: number[] } }
>;

export function ShopChat({ threadId }: { threadId: string }) {
  const [notice, setNotice] = useState("");
  const { messages, sendMessage } = useAgentChat<Message>({
    listMessages: api.shop.listMessagesWithStreams,
    getThread: api.shop.getThread,
    sendMessage: api.shop.sendMessage,
    stopThread: api.shop.stopThread,
    resumeThread: api.shop.resumeThread,
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
