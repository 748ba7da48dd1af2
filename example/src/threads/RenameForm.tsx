import { useState } from "react";

/** Where a thread gets another name; an empty one takes its name away. */
export function RenameForm({ title, onSave }: { title: string; onSave: (title: string) => void }) {
  const [draft, setDraft] = useState(title);
  return (
    <form
      className="thread-actions"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft.trim());
      }}
    >
      <input
        aria-label="Name of the thread"
        dir="auto"
        value={draft}
        maxLength={200}
        placeholder="Untitled"
        autoFocus
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setDraft(target.value)}
      />
      <button type="submit">Save</button>
    </form>
  );
}
