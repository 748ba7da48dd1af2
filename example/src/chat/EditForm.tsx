import { useState } from "react";

interface EditFormProps {
  text: string;
  /** Resolves when it is done, or has failed: then the form is still there. */
  onSave: (prompt: string) => Promise<void>;
  onCancel: () => void;
}

/** Replaces a message and all that followed it. */
export function EditForm({ text, onSave, onCancel }: EditFormProps) {
  const [draft, setDraft] = useState(text);
  const [isSaving, setIsSaving] = useState(false);
  const save = async () => {
    setIsSaving(true);
    await onSave(draft.trim());
    setIsSaving(false);
  };
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim() !== "") void save();
      }}
    >
      <textarea
        aria-label="Edited message"
        dir="auto"
        value={draft}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onCancel()}
      />
      <p className="note">What followed this message is dropped.</p>
      <div className="menu">
        <button type="button" className="quiet" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={isSaving || draft.trim() === ""}>
          Save and answer
        </button>
      </div>
    </form>
  );
}
