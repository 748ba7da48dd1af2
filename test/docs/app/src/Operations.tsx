import { lazy, Suspense, useState } from "react";
import { api } from "../convex/_generated/api";

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
