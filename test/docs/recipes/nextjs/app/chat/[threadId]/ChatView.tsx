"use client";

import { getMessageKey, useAgentChat } from "convex-durable-agents/react";
import { usePreloadedQuery, type Preloaded } from "convex/react";
import { api } from "../../../convex/_generated/api";

interface Props {
  threadId: string;
  preloaded: Preloaded<typeof api.chat.getThread>;
}

export function ChatView({ threadId, preloaded }: Props) {
  const found = usePreloadedQuery(preloaded);
  const { messages, isRunning, sendMessage, stop, actionError } = useAgentChat({
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    resumeThread: api.chat.resumeThread,
    threadId,
  });
  if (found === null) return <p>There is no such chat.</p>;
  return (
    <main>
      <h1>{found.title ?? "New chat"}</h1>
      {messages.map((message) => (
        <p key={getMessageKey(message)}>
          <b>{message.role}:</b> {message.parts.map((part) => (part.type === "text" ? part.text : null))}
        </p>
      ))}
      {actionError && <p role="alert">{actionError.message}</p>}
      {isRunning && <button onClick={() => void stop()}>Stop</button>}
      <form action={(data) => void sendMessage(String(data.get("prompt")))}>
        <input name="prompt" aria-label="Message" />
      </form>
    </main>
  );
}
