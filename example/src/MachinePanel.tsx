import { ThreadInspector } from "convex-durable-agents/devtools";
import { api } from "../convex/_generated/api";

/** The package's inspector of the open thread. What the chat can do itself, it leaves to the chat. */
export default function MachinePanel({ threadId }: { threadId: string | null }) {
  return (
    <aside className="machine" aria-label="Machine">
      {threadId === null ? (
        <p className="muted empty">
          Every thread is a state machine, and its snapshot is a row in the database. Open a thread to see
          where it is.
        </p>
      ) : (
        <ThreadInspector
          api={api.chat}
          threadId={threadId}
          readOnly
          defaultView="full"
          loadInspector={async () => (await import("@statelyai/inspect")).createBrowserInspector()}
        />
      )}
    </aside>
  );
}
