import { useContext } from "react";
import { AnswerForm } from "./AnswerForm";
import { ApprovalForm } from "./ApprovalForm";
import { ToolAnswers } from "./toolAnswers";
import { nameOf, needOf, questionOf, type ToolPartOf } from "./toolParts";
import { ToolValue } from "./ToolValue";
import { inWords } from "./useDuration";
import { useToolRun } from "./useToolRun";

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
  const { threadId, isRunning } = useContext(ToolAnswers);
  const { state, toolCallId } = part;
  const name = nameOf(part);
  const need = isRunning ? needOf(part) : null;
  const isPreliminary = state === "output-available" && part.preliminary === true;
  const isPending = state === "input-available" || state === "approval-responded" || isPreliminary;
  const runs = isRunning && isPending && need === null;
  const { duration, attempt, isWaiting } = useToolRun(threadId, toolCallId, runs);
  const facts = [
    need === "answer"
      ? "waits for your answer"
      : isPending && !isRunning
        ? "not finished"
        : isPreliminary
          ? "running"
          : LABELS[state],
    attempt > 1 && (isWaiting ? `waits for attempt ${attempt}` : `attempt ${attempt}`),
    duration !== null && inWords(duration),
  ];
  return (
    <div
      role="group"
      className="tool"
      data-state={state}
      data-need={need ?? undefined}
      aria-label={`Tool call ${name}`}
    >
      <header>
        <code>{name}</code>
        <span className="tool-state">
          {runs && <span className="pulse" aria-hidden="true" />}
          {facts.filter(Boolean).join(" · ")}
        </span>
      </header>
      {need === "answer" ? (
        <AnswerForm toolCallId={toolCallId} question={questionOf(part)} />
      ) : need === "approval" ? (
        <ApprovalForm toolCallId={toolCallId} args={part.input as Record<string, unknown>} />
      ) : (
        part.input !== undefined && <ToolValue label="Arguments" value={part.input} />
      )}
      {state === "output-denied" && <p className="muted">{part.approval.reason}</p>}
      {state === "output-available" && (
        <ToolValue label={isPreliminary ? "So far" : "Result"} value={part.output} />
      )}
      {state === "output-error" && <p className="error-text">{part.errorText}</p>}
    </div>
  );
}
