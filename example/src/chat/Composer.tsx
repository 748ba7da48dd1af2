import type { SendOptions, WhileRunning } from "convex-durable-agents/react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useIsOffline } from "../useIsOffline";
import { AttachedFiles, AttachButton, useAttachments } from "./attachments";
import { useDraft } from "./drafts";
import { WhileRunningChoice, WHILE_RUNNING } from "./WhileRunningChoice";

interface ComposerProps {
  /** Which draft is shown: a thread's id, or the name of a place where a thread begins. */
  draftKey: string;
  isRunning?: boolean;
  /** Answers the question that the agent asks, if it asks one; files are sent as a message all the same. */
  onAnswer?: ((answer: string) => Promise<boolean>) | null;
  /** Resolves to whether the message is taken; what is not comes back. */
  onSend: (prompt: string, options: SendOptions) => Promise<boolean>;
  onStop?: () => void;
}

/** Enter sends, Shift+Enter begins a line, Escape stops the running turn. */
export function Composer({ draftKey, isRunning = false, onAnswer = null, onSend, onStop }: ComposerProps) {
  const draft = useDraft(draftKey);
  const [whileRunning, setWhileRunning] = useState<WhileRunning>("queue");
  const attachments = useAttachments(draft);
  const isOffline = useIsOffline();
  const field = useRef<HTMLTextAreaElement>(null);
  const isEmpty = draft.text.trim() === "" && draft.files.length === 0;
  const answer = draft.files.length === 0 ? onAnswer : null;
  const { label, placeholder } = answer
    ? { label: "Answer", placeholder: "Your answer" }
    : isRunning
      ? WHILE_RUNNING[whileRunning]
      : { label: "Send", placeholder: "Say something" };
  const send = () => {
    if (isEmpty || isOffline) return;
    void draft.send(({ text, files }) =>
      answer
        ? answer(text.trim())
        : onSend(text.trim(), { whileRunning, ...(files.length > 0 && { files }) }),
    );
    // An interruption is meant once.
    setWhileRunning("queue");
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
      {isRunning && !answer && <WhileRunningChoice value={whileRunning} onChange={setWhileRunning} />}
      <AttachedFiles attachments={attachments} />
      <div className="composer-row">
        <AttachButton attachments={attachments} />
        <textarea
          ref={field}
          aria-label="Message"
          dir="auto"
          placeholder={placeholder}
          rows={1}
          value={draft.text}
          autoFocus
          onChange={(event) => draft.type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {isRunning && (
          <button type="button" className="stop" onClick={onStop} title="Stop (Escape)">
            Stop
          </button>
        )}
        <button type="submit" className="primary" disabled={isEmpty || isOffline}>
          {label}
        </button>
      </div>
      {isOffline && !isEmpty && (
        <p className="note" role="status">
          There is no connection. Your message stays here until you can send it.
        </p>
      )}
    </form>
  );
}
