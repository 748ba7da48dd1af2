import { lazy, Suspense, useCallback, useState } from "react";
import { ChatView } from "./chat/ChatView";
import { NewChat } from "./chat/NewChat";
import { ConnectionBanner } from "./ConnectionBanner";
import { ThreadList } from "./threads/ThreadList";
import { useSelectedThread } from "./useSelectedThread";

/** Brings XState along, which a page without the diagram does not need; the chat does not wait for it. */
const MachinePanel = lazy(() => import("./machine/MachinePanel"));

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
  const open = useCallback(
    (next: string | null) => {
      select(next);
      setView("chat");
    },
    [select],
  );
  return (
    <div className="app" data-view={view}>
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
      <ThreadList selected={threadId} onSelect={open} />
      {threadId === null ? (
        <NewChat onStarted={open} />
      ) : (
        <ChatView key={threadId} threadId={threadId} onFork={open} />
      )}
      <Suspense fallback={<aside className="machine" aria-label="Machine" aria-busy="true" />}>
        <MachinePanel threadId={threadId} />
      </Suspense>
    </div>
  );
}
