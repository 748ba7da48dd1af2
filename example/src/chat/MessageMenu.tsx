import { useContext } from "react";
import { AnswerFacts } from "./AnswerFacts";
import { CopyButton } from "./CopyButton";
import type { Message } from "./message";
import { MessageActions } from "./messageActions";
import { textOf } from "./textOf";

/** What can be done to a message that is stored. */
export function MessageMenu({ message, onEdit }: { message: Message; onEdit: () => void }) {
  const actions = useContext(MessageActions);
  const { messageId, pending, queued } = message.metadata!;
  if (!actions || messageId === null || pending) return null;
  if (queued)
    return (
      <div className="menu">
        <button type="button" className="quiet" onClick={() => actions.withdraw(messageId)}>
          Withdraw
        </button>
      </div>
    );
  return (
    <div className="menu">
      <CopyButton what="message" textOf={() => textOf(message)} />
      {message.role === "user" ? (
        <button type="button" className="quiet" onClick={onEdit}>
          Edit
        </button>
      ) : (
        <button type="button" className="quiet" onClick={() => actions.regenerate(messageId)}>
          Regenerate
        </button>
      )}
      <button type="button" className="quiet" onClick={() => actions.fork(messageId)}>
        Fork
      </button>
      <AnswerFacts message={message} />
    </div>
  );
}
