import type { ThreadDoc, ThreadStatus } from "convex-durable-agents/react";
import { StatusBadge } from "../StatusBadge";
import { titleOf } from "../titleOf";
import type { Need } from "./toolParts";

interface ChatHeaderProps {
  thread: ThreadDoc | null;
  status: ThreadStatus;
  need: Need | null;
  onOpen: (threadId: string) => void;
}

/** Which thread is open, how it is, and the way back from an earlier version of it. */
export function ChatHeader({ thread, status, need, onOpen }: ChatHeaderProps) {
  const latest = thread?.metadata?.versionOf as unknown;
  return (
    <header className="chat-header">
      <h2 dir="auto">{thread && titleOf(thread)}</h2>
      {typeof latest === "string" && (
        <button type="button" className="quiet" onClick={() => onOpen(latest)}>
          Earlier version: go to the latest
        </button>
      )}
      {thread && <StatusBadge status={status} need={need} />}
    </header>
  );
}
