import type { UIMessage } from "ai";
import { v, type Infer } from "convex/values";
import { vMessage, type Message, type ToolCall } from "../component/validators.js";
import type { MessageDoc } from "./types.js";

const { turn, step, role, parts, partial, finishReason, usage } = vMessage.fields;

/** A committed message, as the endpoints return it. */
export const vMessageDoc = v.object({
  id: v.string(),
  _creationTime: v.number(),
  threadId: v.string(),
  role,
  parts,
  turn,
  step,
  partial,
  finishReason,
  usage,
});

/** A part of a committed message that stands for one of our tool calls; the call's row has the rest. */
export interface StoredToolPart {
  type: string;
  toolCallId: string;
}

type Part = UIMessage["parts"][number];

/** What stands in for an outcome that was too large to read along with the others of its step. */
const OMITTED = { omitted: true, reason: "The outcomes of this step are more than one query may read." };

const CANCELLED = "The turn was stopped before this tool call had an outcome.";

/** Puts each tool call's input and outcome into the message that asked for it. */
export function toMessageDocs(threadId: string, messages: Message[], toolCalls: ToolCall[]): MessageDoc[] {
  const calls = new Map(toolCalls.map((call) => [callKey(call, call.toolCallId), call]));
  return messages.map(({ creationTime, parts, ...message }): MessageDoc & Infer<typeof vMessageDoc> => ({
    ...message,
    _creationTime: creationTime,
    threadId,
    parts: (parts as Part[]).map((part) =>
      isStoredToolPart(part) ? toToolPart(part, calls.get(callKey(message, part.toolCallId))) : part,
    ),
  }));
}

/** Providers may use an id again in a later step. */
const callKey = ({ turn, step }: { turn: number; step: number }, toolCallId: string) =>
  `${turn} ${step} ${toolCallId}`;

/** Parts of provider-executed tools are stored whole, with their state. */
const isStoredToolPart = (part: Part | StoredToolPart): part is StoredToolPart =>
  "toolCallId" in part && !("state" in part);

function toToolPart(part: StoredToolPart, call: ToolCall | undefined): Part {
  if (!call) return { ...part, state: "output-available", input: {}, output: OMITTED } as Part;
  const { status, errorText = CANCELLED } = call;
  const base = { ...part, input: call.input as unknown };
  if (status === "pending") return { ...base, state: "input-available" } as Part;
  return status === "completed"
    ? ({ ...base, state: "output-available", output: call.output as unknown } as Part)
    : ({ ...base, state: "output-error", errorText } as Part);
}
