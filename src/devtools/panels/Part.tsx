import type { MessageDoc } from "../../types.js";

type MessagePart = MessageDoc["parts"][number];
type ToolPart = Extract<MessagePart, { toolCallId: string }>;

interface PartProps {
  part: MessagePart;
  /** Whether the outcome of a tool call was awaited at the moment that is shown. */
  isAwaited: boolean;
}

/** A part of a message, in short. */
export function Part({ part, isAwaited }: PartProps) {
  if ("toolCallId" in part) return <Call part={part} isAwaited={isAwaited} />;
  if (part.type === "text")
    return (
      <p className="cda-text" dir="auto">
        {part.text}
      </p>
    );
  if (part.type === "reasoning")
    return (
      <details>
        <summary>Reasoning</summary>
        <p className="cda-text" dir="auto">
          {part.text}
        </p>
      </details>
    );
  if (part.type === "file") return <p>File: {part.filename ?? part.mediaType}</p>;
  if (part.type === "step-start") return null;
  return (
    <p>
      <code>{part.type}</code>
    </p>
  );
}

const STATES: Record<ToolPart["state"], string> = {
  "input-streaming": "no outcome yet",
  "input-available": "no outcome yet",
  "approval-requested": "waits for approval",
  "approval-responded": "approved, no outcome yet",
  "output-available": "done",
  "output-error": "failed",
  "output-denied": "denied",
};

function Call({ part, isAwaited }: { part: ToolPart; isAwaited: boolean }) {
  const name = part.type === "dynamic-tool" ? part.toolName : part.type.slice("tool-".length);
  const state = isAwaited
    ? "awaited then, with or without an outcome: the log does not say"
    : STATES[part.state];
  return (
    <details className="cda-toolpart">
      <summary>
        <strong>{name}</strong> {state}
      </summary>
      <Value label="Input" value={part.input} />
      {!isAwaited && part.state === "output-available" && <Value label="Outcome" value={part.output} />}
      {!isAwaited && part.state === "output-error" && <p className="cda-error">{part.errorText}</p>}
    </details>
  );
}

/** What a tool was given or returned may be of any size. */
const SHOWN = 4_000;

function Value({ label, value }: { label: string; value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "nothing";
  return (
    <p className="cda-text">
      <small>{label}</small>{" "}
      <code>
        {text.slice(0, SHOWN)}
        {text.length > SHOWN && "…"}
      </code>
    </p>
  );
}
