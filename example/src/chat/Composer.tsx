import type { SendOptions, WhileRunning } from "convex-durable-agents/react";
import { useRef, useState, type KeyboardEvent } from "react";
import { AttachedFiles, AttachButton, useAttachments } from "./attachments";
import { WhileRunningChoice, WHILE_RUNNING } from "./WhileRunningChoice";

interface ComposerProps {
  isRunning?: boolean;
  onSend: (prompt: string, options: SendOptions) => void;
  onStop?: () => void;
}

/** Enter sends, Shift+Enter begins a line, Escape stops the running turn. */
export function Composer({ isRunning = false, onSend, onStop }: ComposerProps) {
  const [draft, setDraft] = useState("");
  const [whileRunning, setWhileRunning] = useState<WhileRunning>("queue");
  const attachments = useAttachments();
  const field = useRef<HTMLTextAreaElement>(null);
  const isEmpty = draft.trim() === "" && attachments.files.length === 0;
  const send = () => {
    if (isEmpty) return;
    onSend(draft.trim(), { whileRunning, ...(attachments.files.length > 0 && { files: attachments.files }) });
    setDraft("");
    attachments.clear();
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
      {isRunning && <WhileRunningChoice value={whileRunning} onChange={setWhileRunning} />}
      <AttachedFiles attachments={attachments} />
      <div className="composer-row">
        <AttachButton attachments={attachments} />
        <textarea
          ref={field}
          aria-label="Message"
          dir="auto"
          placeholder={isRunning ? WHILE_RUNNING[whileRunning].hint : "Say something"}
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
        <button type="submit" className="primary" disabled={isEmpty}>
          {isRunning ? WHILE_RUNNING[whileRunning].label : "Send"}
        </button>
      </div>
    </form>
  );
}
