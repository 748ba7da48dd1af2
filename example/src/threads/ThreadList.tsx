import { useMutation, useQuery } from "convex/react";
import { describeError } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { StatusBadge } from "../StatusBadge";
import { titleOf } from "../titleOf";
import type { Need } from "../chat/toolParts";
import { SignIn } from "./SignIn";

interface ThreadListProps {
  selected: string | null;
  onSelect: (threadId: string | null) => void;
  /** What threads need of a person, by their ids. */
  needs: ReadonlyMap<string, Need>;
}

export function ThreadList({ selected, onSelect, needs }: ThreadListProps) {
  const threads = useQuery(api.chat.listThreads, {});
  const deleteThread = useMutation(api.failures.deleteThread);
  const [error, setError] = useState<string | null>(null);
  const remove = (threadId: string) => {
    setError(null);
    if (threadId === selected) onSelect(null);
    deleteThread({ threadId }).catch((cause: unknown) => setError(describeError(cause).message));
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
      {threads?.length === 0 && <p className="muted empty">No threads yet. Your first message starts one.</p>}
      <ul>
        {threads?.map((thread) => {
          const { _id, status } = thread;
          return (
            <li key={_id} data-selected={_id === selected || undefined}>
              <button
                type="button"
                className="thread"
                aria-current={_id === selected ? "true" : undefined}
                onClick={() => onSelect(_id)}
              >
                <span className="title" dir="auto">
                  {titleOf(thread)}
                </span>
                <StatusBadge status={status} need={needs.get(_id)} />
              </button>
              <button
                type="button"
                className="quiet delete"
                aria-label={`Delete “${titleOf(thread)}”`}
                title="Delete"
                onClick={() => remove(_id)}
              >
                ×
              </button>
            </li>
          );
        })}
      </ul>
      <SignIn onChange={() => onSelect(null)} />
    </aside>
  );
}
