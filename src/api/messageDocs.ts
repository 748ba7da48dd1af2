import type { UIMessage } from "ai";
import { v, type Infer } from "convex/values";
import { vMessage, type Message, type ToolCall } from "../../component/validators/message.js";
import type { MessageDoc } from "../types.js";

const { turn, step, role, parts, partial, finishReason, usage, providerMetadata, output, streamed } =
  vMessage.fields;

/** A committed message, as the endpoints return it. */
export const vMessageDoc = v.object({
  id: v.string(),
  _creationTime: v.number(),
  role,
  parts,
  turn,
  step,
  partial,
  finishReason,
  usage,
  streamed,
  providerMetadata,
  output,
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
export function toMessageDocs(messages: Message[], toolCalls: ToolCall[]): MessageDoc[] {
  const calls = new Map(toolCalls.map((call) => [callKey(call, call.toolCallId), call]));
  return messages.map(({ creationTime, parts, ...message }): MessageDoc & Infer<typeof vMessageDoc> => ({
    ...message,
    _creationTime: creationTime,
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
  return { ...part, input: call.input as unknown, ...approvalOf(call), ...stateOf(call) } as Part;
}

/** What of a tool call's part changes while it is under way; nothing as long as it is as its step left it. */
export function toolPartNews(call: ToolCall): Record<string, unknown> | null {
  if (call.status === "pending" && call.approval === undefined) return null;
  const edited = call.approval === undefined ? {} : { input: call.input as unknown };
  return { ...edited, ...approvalOf(call), ...stateOf(call) };
}

/** The AI SDK's states of a tool part. */
function stateOf({ status, approval, output, errorText = CANCELLED }: ToolCall) {
  switch (status) {
    case "pending":
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

/** The approval's id is the call's own: a call is approved once. */
function approvalOf({ toolCallId: id, approval, status, errorText: reason }: ToolCall) {
  if (approval === undefined || (approval === "requested" && status !== "pending")) return {};
  if (approval === "requested") return { approval: { id } };
  return { approval: approval === "approved" ? { id, approved: true } : { id, approved: false, reason } };
}
