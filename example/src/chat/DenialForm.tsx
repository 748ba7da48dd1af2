import { useId, useState } from "react";

interface DenialFormProps {
  disabled: boolean;
  onDeny: (reason: string) => void;
  onBack: () => void;
}

/** Where a person says why a tool call must not run; the agent reads it. */
export function DenialForm({ disabled, onDeny, onBack }: DenialFormProps) {
  const [reason, setReason] = useState("");
  const id = useId();
  const deny = () => onDeny(reason.trim() || "The person said no.");
  return (
    <>
      <label htmlFor={id}>Why not? The agent reads your reason.</label>
      <div className="row">
        <input
          id={id}
          dir="auto"
          value={reason}
          placeholder="Optional"
          autoComplete="off"
          autoFocus
          disabled={disabled}
          onChange={({ target }) => setReason(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onBack();
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            // The form around it would approve.
            event.preventDefault();
            deny();
          }}
        />
        <button type="button" className="danger" disabled={disabled} onClick={deny}>
          Deny
        </button>
        <button type="button" className="quiet" disabled={disabled} onClick={onBack}>
          Back
        </button>
      </div>
    </>
  );
}
