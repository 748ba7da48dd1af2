import type { ThreadDoc } from "convex-durable-agents/react";
import { useRef, useState, type KeyboardEvent } from "react";
import type { Need } from "../chat/toolParts";
import { StatusBadge } from "../StatusBadge";
import { titleOf } from "../titleOf";
import { DeleteQuestion } from "./DeleteQuestion";
import { RenameForm } from "./RenameForm";

interface ThreadRowProps {
  thread: ThreadDoc;
  isSelected: boolean;
  need: Need | undefined;
  onSelect: () => void;
  onRename: (title: string) => void;
  onArchive: (archived: boolean) => void;
  onDelete: () => void;
}

/** A thread in the list, and what can be done to it as a whole. */
export function ThreadRow(props: ThreadRowProps) {
  const { thread, isSelected, need, onSelect, onRename, onArchive, onDelete } = props;
  const [open, setOpen] = useState<"menu" | "rename" | "delete" | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  const name = titleOf(thread);
  const close = () => {
    setOpen(null);
    more.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) close();
  };
  return (
    <li data-selected={isSelected || undefined} onKeyDown={onKeyDown}>
      <div className="thread-row">
        <button
          type="button"
          className="thread"
          aria-current={isSelected ? "true" : undefined}
          onClick={onSelect}
        >
          <span className="title" dir="auto">
            {name}
          </span>
          <StatusBadge status={thread.status} need={need} />
        </button>
        <button
          ref={more}
          type="button"
          className="quiet more-actions"
          aria-label={`More for “${name}”`}
          aria-expanded={open !== null}
          onClick={() => setOpen(open ? null : "menu")}
        >
          ⋯
        </button>
      </div>
      {open === "menu" && (
        <div className="thread-actions" role="group" aria-label={`Actions for “${name}”`}>
          <button type="button" className="quiet" onClick={() => setOpen("rename")}>
            Rename
          </button>
          <button type="button" className="quiet" onClick={() => onArchive(!thread.archived)}>
            {thread.archived ? "Unarchive" : "Archive"}
          </button>
          <button type="button" className="quiet" onClick={() => setOpen("delete")}>
            Delete…
          </button>
        </div>
      )}
      {open === "rename" && (
        <RenameForm
          title={thread.title ?? ""}
          onSave={(title) => {
            onRename(title);
            close();
          }}
        />
      )}
      {open === "delete" && <DeleteQuestion onDelete={onDelete} onKeep={close} />}
    </li>
  );
}
