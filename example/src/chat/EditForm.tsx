import { useState, type KeyboardEvent } from "react";

interface EditFormProps {
  text: string;
  /** Resolves when it is done, or has failed: then the form is still there. */
  onSave: (prompt: string) => Promise<void>;
  onCancel: () => void;
}

/** Behind the last letter, where one goes on. */
function putCaretAtEnd(field: HTMLTextAreaElement | null): void {
  field?.setSelectionRange(field.value.length, field.value.length);
}

/** Replaces a message and all that followed it. Enter sends, Shift+Enter begins a line, Escape leaves it as it was. */
export function EditForm({ text, onSave, onCancel }: EditFormProps) {
  const [draft, setDraft] = useState(text);
  const [isSaving, setIsSaving] = useState(false);
  const save = async () => {
    setIsSaving(true);
    await onSave(draft.trim());
    setIsSaving(false);
  };
  const submit = () => {
    if (draft.trim() !== "" && !isSaving) void save();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={putCaretAtEnd}
        aria-label="Edited message"
        dir="auto"
        value={draft}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="note">What followed this message stays in an earlier version.</p>
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
