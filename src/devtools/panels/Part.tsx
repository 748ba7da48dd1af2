import { readableValue } from "../../follow/storedValues.js";
import type { MessageDoc } from "../../types.js";
import type { CallsThen } from "../story/moment.js";

type MessagePart = MessageDoc["parts"][number];
type ToolPart = Extract<MessagePart, { toolCallId: string }>;

interface PartProps {
  part: MessagePart;
  /** What is known of tool calls at the moment that is shown. */
  calls: CallsThen;
}

/** A part of a message, in short. */
export function Part({ part, calls }: PartProps) {
  if ("toolCallId" in part) return <Call part={part} calls={calls} />;
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

const PAST_STATES: Record<Exclude<CallsThen, "settled">, string> = {
  none: "no outcome yet",
  awaited: "awaited",
};

function Call({ part, calls }: { part: ToolPart; calls: CallsThen }) {
  const name = part.type === "dynamic-tool" ? part.toolName : part.type.slice("tool-".length);
  const isSettled = calls === "settled";
  return (
    <details className="cda-toolpart">
      <summary>
        <strong>{name}</strong> {isSettled ? STATES[part.state] : PAST_STATES[calls]}
      </summary>
      <Value label="Input" value={part.input} />
      {isSettled && part.state === "output-available" && <Value label="Outcome" value={part.output} />}
      {isSettled && part.state === "output-error" && <p className="cda-error">{part.errorText}</p>}
    </details>
  );
}

/** What a tool was given or returned may be of any size. */
const SHOWN = 4_000;

function Value({ label, value }: { label: string; value: unknown }) {
  const text = readableValue(value) ?? "nothing";
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
