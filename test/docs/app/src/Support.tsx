import { ThreadInspector, ThreadsOverview } from "convex-durable-agents/devtools";
import { useState } from "react";
import { api } from "../convex/_generated/api";

export function Support() {
  const [threadId, setThreadId] = useState<string | null>(null);
  return (
    <div style={{ "--cda-accent": "rebeccapurple" } as object}>
      <ThreadsOverview api={api.support} allOwners onSelect={setThreadId} />
      {threadId && <ThreadInspector api={api.support} threadId={threadId} readOnly theme="light" />}
    </div>
  );
}
