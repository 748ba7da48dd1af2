import { useContext, useId, useState, type FormEvent } from "react";
import { ToolAnswers } from "./toolAnswers";
import { useTakesFocus } from "./useTakesFocus";

/** Where a person answers what the agent asked; the turn waits for it, however long it takes. */
export function AnswerForm({ toolCallId, question }: { toolCallId: string; question: string }) {
  const { addToolResult, addToolError } = useContext(ToolAnswers);
  const [answer, setAnswer] = useState("");
  const [isSending, setIsSending] = useState(false);
  const id = useId();
  const field = useTakesFocus<HTMLInputElement>();
  const give = async (send: (() => Promise<boolean>) | undefined) => {
    setIsSending(true);
    await send?.();
    setIsSending(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer.trim()) void give(() => addToolResult!(toolCallId, answer.trim()));
  };
  return (
    <form className="answer" onSubmit={submit}>
      <label htmlFor={id} dir="auto">
        {question}
      </label>
      <div className="row">
        <input
          ref={field}
          id={id}
          dir="auto"
          value={answer}
          autoComplete="off"
          disabled={isSending}
          onChange={(event) => setAnswer(event.target.value)}
        />
        <button type="submit" className="primary" disabled={isSending || answer.trim() === ""}>
          Answer
        </button>
        <button
          type="button"
          className="quiet"
          disabled={isSending}
          onClick={() => void give(() => addToolError!(toolCallId, "The person does not want to answer."))}
        >
          Decline
        </button>
      </div>
    </form>
  );
}
