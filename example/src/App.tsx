import { useQuery } from "convex/react";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { api } from "../convex/_generated/api";
import { ChatView } from "./chat/ChatView";
import { NewChat } from "./chat/NewChat";
import { ConnectionBanner } from "./ConnectionBanner";
import { ThreadList } from "./threads/ThreadList";
import { useDocumentTitle } from "./useDocumentTitle";
import { useSelectedThread } from "./useSelectedThread";

/** The chat does not wait for it. */
const MachinePanel = lazy(() => import("./MachinePanel"));

/** On a narrow screen one of the three columns is shown at a time. */
type View = "threads" | "chat" | "machine";

const VIEWS: { view: View; label: string }[] = [
  { view: "threads", label: "Threads" },
  { view: "chat", label: "Chat" },
  { view: "machine", label: "Machine" },
];

export function App() {
  const [threadId, select] = useSelectedThread();
  const [view, setView] = useState<View>("chat");
  const inNeed = useQuery(api.people.threadsInNeed, {});
  const needs = useMemo(() => new Map(inNeed?.map(({ threadId, need }) => [threadId, need])), [inNeed]);
  useDocumentTitle(threadId, needs.size);
  const open = useCallback(
    (next: string | null) => {
      select(next);
      setView("chat");
    },
    [select],
  );
  return (
    <div className="app" data-view={view}>
      <header className="visually-hidden">
        <h1>Durable agents</h1>
      </header>
      <ConnectionBanner />
      <nav className="tabs" aria-label="Views">
        {VIEWS.map(({ view: target, label }) => (
          <button
            key={target}
            type="button"
            aria-current={view === target ? "page" : undefined}
            onClick={() => setView(target)}
          >
            {label}
          </button>
        ))}
      </nav>
      <ThreadList selected={threadId} onSelect={open} needs={needs} />
      {threadId === null ? (
        <NewChat onStarted={open} />
      ) : (
        <ChatView key={threadId} threadId={threadId} onOpen={open} />
      )}
      <Suspense fallback={<aside className="machine" aria-label="Machine" aria-busy="true" />}>
        <MachinePanel threadId={threadId} />
      </Suspense>
    </div>
  );
}
