import { useContext } from "react";
import { AnswerForm } from "./AnswerForm";
import { ApprovalForm } from "./ApprovalForm";
import { ToolAnswers } from "./toolAnswers";
import { nameOf, needOf, questionOf, type ToolPartOf } from "./toolParts";

const LABELS: Record<ToolPartOf["state"], string> = {
  "input-streaming": "writing arguments",
  "input-available": "running",
  "approval-requested": "waits for your approval",
  "approval-responded": "running",
  "output-available": "done",
  "output-error": "error",
  "output-denied": "denied",
};

/** A tool call: its arguments, how it is going, and its outcome; a form where a person is asked. */
export function ToolPart({ part }: { part: ToolPartOf }) {
  const { isRunning } = useContext(ToolAnswers);
  const name = nameOf(part);
  const need = isRunning ? needOf(part) : null;
  const isPreliminary = part.state === "output-available" && part.preliminary === true;
  const runs =
    isRunning && (part.state === "input-available" || part.state === "approval-responded" || isPreliminary);
  return (
    <div
      role="group"
      className="tool"
      data-state={part.state}
      data-need={need ?? undefined}
      aria-label={`Tool call ${name}`}
    >
      <header>
        <code>{name}</code>
        <span className="tool-state">
          {runs && <span className="pulse" aria-hidden="true" />}
          {need === "answer" ? "waits for your answer" : isPreliminary ? "running" : LABELS[part.state]}
        </span>
      </header>
      {need === "answer" ? (
        <AnswerForm toolCallId={part.toolCallId} question={questionOf(part)} />
      ) : need === "approval" ? (
        <ApprovalForm toolCallId={part.toolCallId} args={part.input as Record<string, unknown>} />
      ) : (
        part.input !== undefined && <Json label="Arguments" value={part.input} />
      )}
      {part.state === "output-denied" && <p className="muted">{part.approval.reason}</p>}
      {part.state === "output-available" && (
        <Json label={isPreliminary ? "So far" : "Result"} value={part.output} />
      )}
      {part.state === "output-error" && <p className="error-text">{part.errorText}</p>}
    </div>
  );
}

function Json({ label, value }: { label: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  return (
    <div className="json">
      <span className="muted">{label}</span>
      <pre tabIndex={0} dir="auto">
        {text}
      </pre>
    </div>
  );
}
