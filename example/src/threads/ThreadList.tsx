import { useMutation, useQuery } from "convex/react";
import { describeError } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import type { Need } from "../chat/toolParts";
import { KillButton } from "./KillButton";
import { SignIn } from "./SignIn";
import { ThreadRow } from "./ThreadRow";

interface ThreadListProps {
  selected: string | null;
  onSelect: (threadId: string | null) => void;
  /** What threads need of a person, by their ids. */
  needs: ReadonlyMap<string, Need>;
}

export function ThreadList({ selected, onSelect, needs }: ThreadListProps) {
  const [archived, setArchived] = useState(false);
  const all = useQuery(api.chat.listThreads, { archived });
  const updateThread = useMutation(api.chat.updateThread);
  const deleteThread = useMutation(api.threads.deleteThread);
  const [error, setError] = useState<string | null>(null);
  // Earlier versions of a thread are reached from the thread itself.
  const threads = all?.filter(({ metadata }) => !archived || metadata?.versionOf === undefined);
  const perform = (change: Promise<unknown>) => {
    setError(null);
    change.catch((cause: unknown) => setError(describeError(cause).message));
  };

  return (
    <aside className="threads" aria-label="Threads">
      <header>
        <p className="brand">Durable agents</p>
        <button type="button" className="primary" onClick={() => onSelect(null)}>
          New chat
        </button>
      </header>
      {error && (
        <p className="error-text" role="alert">
          {error}
        </p>
      )}
      {threads?.length === 0 && (
        <p className="muted empty">
          {archived ? "Nothing is archived." : "No threads yet. Your first message starts one."}
        </p>
      )}
      <ul>
        {threads?.map((thread) => {
          const threadId = thread._id;
          return (
            <ThreadRow
              key={threadId}
              thread={thread}
              isSelected={threadId === selected}
              need={needs.get(threadId)}
              onSelect={() => onSelect(threadId)}
              onRename={(title) => perform(updateThread({ threadId, title: title || null }))}
              onArchive={(isArchived) => perform(updateThread({ threadId, archived: isArchived }))}
              onDelete={() => {
                if (threadId === selected) onSelect(null);
                perform(deleteThread({ threadId }));
              }}
            />
          );
        })}
      </ul>
      <footer>
        <KillButton />
        <label className="archived">
          <input type="checkbox" checked={archived} onChange={({ target }) => setArchived(target.checked)} />
          Archived threads
        </label>
        <SignIn onChange={() => onSelect(null)} />
      </footer>
    </aside>
  );
}
