import type { UIMessage } from "ai";
import { v, type Infer } from "convex/values";
import { vMessage, type Message, type ToolCall } from "../../component/validators/message.js";
import type { MessageDoc } from "../types.js";
import { toolDataParts } from "../values/dataParts.js";

const { turn, step, role, parts, sender, metadata, partial, finishReason, usage } = vMessage.fields;
const { providerMetadata, output, streamed } = vMessage.fields;

/** A committed message, as the endpoints return it. */
export const vMessageDoc = v.object({
  id: v.string(),
  _creationTime: v.number(),
  role,
  parts,
  turn,
  step,
  sender,
  metadata,
  partial,
  finishReason,
  usage,
  streamed,
  providerMetadata,
  output,
});

/** The part of a committed message that marks a durable tool call. The call's own row has its input and outcome. */
export interface StoredToolPart {
  type: string;
  toolCallId: string;
  /** The tool's name, where `type` does not have it. */
  toolName?: string | undefined;
  title?: string | undefined;
  callProviderMetadata?: unknown;
}

type Part = UIMessage["parts"][number];

/** Takes the place of an outcome that was too large to read along with the others of its step. */
const OMITTED = { omitted: true, reason: "The outcomes of this step are more than one query may read." };

const CANCELLED = "The turn was stopped before this tool call had an outcome.";

/** Returns messages with the input and outcome of each of their tool calls. */
export function toMessageDocs(messages: Message[], toolCalls: ToolCall[]): MessageDoc[] {
  const calls = new Map(toolCalls.map((call) => [callKey(call, call.toolCallId), call]));
  return messages.map(({ creationTime, ...message }): MessageDoc & Infer<typeof vMessageDoc> => {
    const callOf = (part: Part | StoredToolPart) =>
      isStoredToolPart(part) ? calls.get(callKey(message, part.toolCallId)) : undefined;
    const stored = message.parts as Part[];
    const parts = stored.map((part) => (isStoredToolPart(part) ? toToolPart(part, callOf(part)) : part));
    const written = stored.map(callOf).filter((call) => call !== undefined);
    // What tools have written comes last.
    parts.push(...written.flatMap(({ toolCallId, data = [] }) => toolDataParts(toolCallId, data)));
    return { ...message, _creationTime: creationTime, parts };
  });
}

/** A call's id alone does not identify it: providers reuse ids in later steps. */
const callKey = ({ turn, step }: { turn: number; step: number }, toolCallId: string) =>
  `${turn} ${step} ${toolCallId}`;

/** Parts of provider-executed tools are stored whole, with their state. */
const isStoredToolPart = (part: Part | StoredToolPart): part is StoredToolPart =>
  "toolCallId" in part && !("state" in part);

function toToolPart(part: StoredToolPart, call: ToolCall | undefined): Part {
  if (!call) return { ...part, state: "output-available", input: {}, output: OMITTED } as Part;
  return { ...part, input: call.input as unknown, ...approvalOf(call), ...stateOf(call) } as Part;
}

/**
 * Returns the fields of a tool call's part that have changed since its step was committed, and the data parts that its tool has
 * written. Null if there is nothing of it.
 */
export function changedToolPart(call: ToolCall): Record<string, unknown> | null {
  const { status, approval, data } = call;
  const isAsItWas = status === "pending" && approval === undefined && call.progress === undefined;
  if (isAsItWas && !data) return null;
  const edited = approval === undefined ? {} : { input: call.input as unknown };
  return { ...edited, ...approvalOf(call), ...stateOf(call), ...(data && { data }) };
}

/** The state of a tool part as the AI SDK has it, with the outcome. */
function stateOf({ status, approval, output, progress, errorText = CANCELLED }: ToolCall) {
  switch (status) {
    case "pending":
      if (progress !== undefined)
        return { state: "output-available", output: progress as unknown, preliminary: true };
      return { state: approval === undefined ? "input-available" : PENDING_APPROVAL[approval] };
    case "completed":
      return { state: "output-available", output: output as unknown };
    case "denied":
      return { state: "output-denied" };
    default:
      return { state: "output-error", errorText };
  }
}

const PENDING_APPROVAL = {
  requested: "approval-requested",
  approved: "approval-responded",
  denied: "output-denied",
} as const;

/** The approval of a tool part. Its id is the call's own, because a call is approved once. */
function approvalOf({ toolCallId: id, approval, status, errorText: reason }: ToolCall) {
  if (approval === undefined || (approval === "requested" && status !== "pending")) return {};
  if (approval === "requested") return { approval: { id } };
  return { approval: approval === "approved" ? { id, approved: true } : { id, approved: false, reason } };
}
