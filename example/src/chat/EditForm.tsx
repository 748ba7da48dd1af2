import { useState } from "react";

/** Replaces a message and all that followed it. */
export function EditForm(props: { text: string; onSave: (prompt: string) => void; onCancel: () => void }) {
  const [draft, setDraft] = useState(props.text);
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim() !== "") props.onSave(draft.trim());
      }}
    >
      <textarea
        aria-label="Edited message"
        dir="auto"
        value={draft}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && props.onCancel()}
      />
      <p className="note">What followed this message is dropped.</p>
      <div className="menu">
        <button type="button" className="quiet" onClick={props.onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={draft.trim() === ""}>
          Save and answer
        </button>
      </div>
    </form>
  );
}
