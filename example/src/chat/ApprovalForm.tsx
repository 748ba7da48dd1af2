import { useContext, useState } from "react";
import { ToolAnswers } from "./toolAnswers";

/** Where a person lets a tool call run, or does not. */
export function ApprovalForm({ toolCallId }: { toolCallId: string }) {
  const { approveToolCall, denyToolCall } = useContext(ToolAnswers);
  const [isSending, setIsSending] = useState(false);
  const decide = async (send: (() => Promise<boolean>) | undefined) => {
    setIsSending(true);
    await send?.();
    setIsSending(false);
  };
  return (
    <div className="answer" role="group" aria-label="Approval">
      <div className="row">
        <button
          type="button"
          className="primary"
          disabled={isSending}
          onClick={() => void decide(() => approveToolCall!(toolCallId))}
        >
          Approve
        </button>
        <button
          type="button"
          className="quiet"
          disabled={isSending}
          onClick={() => void decide(() => denyToolCall!(toolCallId, "The person said no."))}
        >
          Deny
        </button>
      </div>
    </div>
  );
}
