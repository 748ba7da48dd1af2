import type { AgentMessage } from "convex-durable-agents/react";
import type { DynamicToolUIPart, ToolUIPart } from "ai";
import { useContext } from "react";
import { AnswerForm } from "./AnswerForm";
import { ApprovalForm } from "./ApprovalForm";
import { ToolAnswers } from "./toolAnswers";

/** The tools of this agent that a person answers. */
const ANSWERED_BY_PERSON = new Set(["ask_person"]);

type MessagePart = AgentMessage["parts"][number];
type Part = Extract<MessagePart, ToolUIPart | DynamicToolUIPart>;

// The AI SDK has these two as well, along with all that a page does not need.
export const isToolPart = (part: MessagePart): part is Part =>
  part.type === "dynamic-tool" || part.type.startsWith("tool-");

const nameOf = (part: Part) =>
  part.type === "dynamic-tool" ? part.toolName : part.type.slice("tool-".length);

const LABELS: Record<Part["state"], string> = {
  "input-streaming": "writing arguments",
  "input-available": "running",
  "approval-requested": "waits for your approval",
  "approval-responded": "running",
  "output-available": "done",
  "output-error": "error",
  "output-denied": "denied",
};

/** A tool call: its arguments, how it is going, and its outcome; a form where a person is asked. */
export function ToolPart({ part }: { part: Part }) {
  const { isRunning } = useContext(ToolAnswers);
  const name = nameOf(part);
  const isOpen = part.state === "input-available" && isRunning;
  const isPreliminary = part.state === "output-available" && part.preliminary === true;
  const isAsked = isOpen && ANSWERED_BY_PERSON.has(name);
  return (
    <section className="tool" data-state={part.state} aria-label={`Tool call ${name}`}>
      <header>
        <code>{name}</code>
        <span className="tool-state">
          {(isOpen || (isPreliminary && isRunning)) && <span className="pulse" aria-hidden="true" />}
          {isAsked ? "waits for you" : isPreliminary ? "running" : LABELS[part.state]}
        </span>
      </header>
      {part.input !== undefined && <Json label="Arguments" value={part.input} />}
      {isAsked && <AnswerForm toolCallId={part.toolCallId} question={questionOf(part.input)} />}
      {part.state === "approval-requested" && isRunning && <ApprovalForm toolCallId={part.toolCallId} />}
      {part.state === "output-denied" && <p className="muted">{part.approval.reason}</p>}
      {part.state === "output-available" && (
        <Json label={isPreliminary ? "So far" : "Result"} value={part.output} />
      )}
      {part.state === "output-error" && <p className="error-text">{part.errorText}</p>}
    </section>
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

const questionOf = (input: unknown) =>
  input !== null && typeof input === "object" && "question" in input ? String(input.question) : "Your answer";
