import { lazy, Suspense, useState } from "react";
import { api } from "./app.js";

const ThreadInspector = lazy(async () => ({
  default: (await import("convex-durable-agents/devtools")).ThreadInspector,
}));
const ThreadsOverview = lazy(async () => ({
  default: (await import("convex-durable-agents/devtools")).ThreadsOverview,
}));

export function Operations() {
  const [threadId, setThreadId] = useState<string | null>(null);
  return (
    <Suspense fallback={<p>Loading…</p>}>
      <ThreadsOverview api={api.chat} onSelect={setThreadId} />
      {threadId && (
        <ThreadInspector
          api={api.chat}
          threadId={threadId}
          // For "Open in Stately": the app's own dependency, loaded when somebody asks for it.
          loadInspector={async () => (await import("@statelyai/inspect")).createBrowserInspector()}
        />
      )}
    </Suspense>
  );
}

/** For support: without what changes the thread, and in the colours of the app. */
export const SupportView = ({ threadId }: { threadId: string }) => (
  <div style={{ "--cda-accent": "rebeccapurple" } as object}>
    <Suspense fallback={null}>
      <ThreadInspector api={api.chat} threadId={threadId} readOnly theme="light" />
    </Suspense>
  </div>
);

export function EverybodysThreads() {
  const [threadId, setThreadId] = useState<string | null>(null);
  return (
    <Suspense fallback={null}>
      <ThreadsOverview api={api.chat} allOwners onSelect={setThreadId} />
      {threadId && <ThreadInspector api={api.chat} threadId={threadId} readOnly />}
    </Suspense>
  );
}
