import { useQuery } from "convex/react";
import { useContext, useState } from "react";
import { api } from "../../convex/_generated/api";
import { ArgInput } from "./ArgInput";
import { fieldsOf, fromInput, toInput } from "./argsForm";
import { DenialForm } from "./DenialForm";
import { ToolAnswers } from "./toolAnswers";
import { useTakesFocus } from "./useTakesFocus";

interface ApprovalFormProps {
  toolCallId: string;
  /** What the model wants to call the tool with. */
  args: Record<string, unknown>;
}

/** Where a person lets a tool call run, with other arguments if need be, or does not. */
export function ApprovalForm({ toolCallId, args }: ApprovalFormProps) {
  const { threadId, approveToolCall, denyToolCall } = useContext(ToolAnswers);
  const schema = useQuery(api.people.argsSchema, { threadId, toolCallId });
  const [changes, setChanges] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isDenying, setIsDenying] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const form = useTakesFocus<HTMLFormElement>();
  // Fields that change their order under one's hands are worse than none for a moment.
  const fields = schema === undefined ? [] : fieldsOf(schema, args);

  const decide = async (send: () => Promise<boolean>) => {
    setProblem(null);
    setIsSending(true);
    await send();
    setIsSending(false);
  };
  const approve = () => {
    const edited = { ...args };
    for (const field of fields.filter(({ name }) => name in changes)) {
      try {
        edited[field.name] = fromInput(field, changes[field.name]!);
      } catch {
        return setProblem(`“${field.label}” is not valid JSON.`);
      }
    }
    const isChanged = JSON.stringify(edited) !== JSON.stringify(args);
    void decide(() => approveToolCall!(toolCallId, isChanged ? edited : undefined));
  };

  return (
    <form
      // Focused as a whole: a key that was meant for the composer decides nothing.
      ref={form}
      tabIndex={-1}
      className="answer approval"
      aria-label="Approval"
      onSubmit={(event) => {
        event.preventDefault();
        approve();
      }}
    >
      <div className="args">
        {fields.map((field) => (
          <ArgInput
            key={field.name}
            field={field}
            value={changes[field.name] ?? toInput(field, args[field.name])}
            disabled={isSending}
            onChange={(value) => setChanges((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
      </div>
      {problem && (
        <p className="error-text" role="alert">
          {problem}
        </p>
      )}
      {isDenying ? (
        <DenialForm
          disabled={isSending}
          onDeny={(reason) => void decide(() => denyToolCall!(toolCallId, reason))}
          onBack={() => setIsDenying(false)}
        />
      ) : (
        <div className="row">
          <button type="submit" className="primary" disabled={isSending}>
            Approve
          </button>
          <button type="button" className="quiet" disabled={isSending} onClick={() => setIsDenying(true)}>
            Deny…
          </button>
        </div>
      )}
    </form>
  );
}
