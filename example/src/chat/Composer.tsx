import { useRef, useState, type KeyboardEvent } from "react";

interface ComposerProps {
  placeholder: string;
  /** While a turn runs, what is sent waits for the next one. */
  isRunning?: boolean;
  onSend: (prompt: string) => void;
  onStop?: () => void;
}

/** Enter sends, Shift+Enter begins a line, Escape stops the running turn. */
export function Composer({ placeholder, isRunning = false, onSend, onStop }: ComposerProps) {
  const [draft, setDraft] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    const prompt = draft.trim();
    if (!prompt) return;
    setDraft("");
    onSend(prompt);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && isRunning) {
      onStop?.();
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        aria-label="Message"
        placeholder={placeholder}
        rows={1}
        value={draft}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isRunning && (
        <button type="button" className="stop" onClick={onStop} title="Stop (Escape)">
          Stop
        </button>
      )}
      <button type="submit" className="primary" disabled={draft.trim() === ""}>
        {isRunning ? "Queue" : "Send"}
      </button>
    </form>
  );
}
