import type { ChatActionError } from "convex-durable-agents/react";
import type { ReactNode } from "react";

/** What went wrong, and what can be done about it. */
export function ErrorNotice({ message, children }: { message: string; children?: ReactNode }) {
  return (
    <div className="notice" data-kind="failed" role="alert">
      <p>{message}</p>
      {children}
    </div>
  );
}

/** An action that failed. A message that was not taken is in the composer again, to be sent from there. */
export function ActionErrorNotice({ failed, onDismiss }: { failed: ChatActionError; onDismiss: () => void }) {
  const { message } = failed;
  const isBack = failed.action === "sendMessage";
  return (
    <ErrorNotice message={isBack ? `${message} Your message is back in the field below.` : message}>
      {!isBack && (
        <button type="button" onClick={() => void failed.retry()}>
          Try again
        </button>
      )}
      <button type="button" className="quiet" onClick={onDismiss}>
        Dismiss
      </button>
    </ErrorNotice>
  );
}
