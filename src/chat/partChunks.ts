import { getToolName, isToolUIPart, type DynamicToolUIPart, type ToolUIPart, type UIMessageChunk } from "ai";
import { isSameValue } from "../../component/lib/storable.js";
import type { MessagePart } from "../follow/types.js";
import type { DataPart } from "../types.js";
import { isDataPart } from "../values/dataParts.js";

export type ToolPart = ToolUIPart | DynamicToolUIPart;
type TextPart = Extract<MessagePart, { type: "text" | "reasoning" }>;

export const isText = (part: MessagePart): part is TextPart =>
  part.type === "text" || part.type === "reasoning";

/** The type of the part and of the chunk by which AI SDK 7 shows, within an answer, a message that steered it. */
export const STEERING_MESSAGE = "steering-message";

/** The outcome of a tool call that was shown, and that the committed answer does not have. */
export const NOT_MADE = "The model's answer broke off before this call was made.";

/** The states of a tool call before its outcome, in their order. */
const STAGES: ToolPart["state"][] = [
  "input-streaming",
  "input-available",
  "approval-requested",
  "approval-responded",
];
const stageOf = ({ state }: ToolPart): number =>
  STAGES.includes(state) ? STAGES.indexOf(state) : STAGES.length;

/** Whether a tool call has its outcome. */
export const hasOutcome = (part: ToolPart): boolean => stageOf(part) === STAGES.length;

/** Whether a part can grow from what the reader has to what the answer has now. */
export function canBecome(before: MessagePart, after: MessagePart): boolean {
  if (before.type !== after.type) return false;
  if (isDataPart(before) && before.id !== undefined) return before.id === (after as DataPart).id;
  if (isTool(before)) return before.toolCallId === (after as ToolPart).toolCallId;
  if (isText(before)) return (after as TextPart).text.startsWith(before.text);
  return before.type === "step-start" || isSameValue(before, after);
}

/** Whether a part keeps its name whatever becomes of it, so that it is found wherever it stands. */
export const isNamed = (part: MessagePart): boolean =>
  isTool(part) || (isDataPart(part) && part.id !== undefined);

const isTool = (part: MessagePart): part is ToolPart => isToolUIPart(part);

/** Returns the chunks that bring a reader's tool call up to date. `before` is null if the reader does not have it. */
export function toolChunks(before: ToolPart | null, after: ToolPart): UIMessageChunk[] {
  const stage = before ? stageOf(before) : -1;
  if (stageOf(after) < stage) return [];
  if (after.state === "input-streaming") return writtenChunks(before, after);
  const chunks: UIMessageChunk[] = [];
  if (after.state === "output-error" && after.input === undefined && stage < 1) return [inputError(after)];
  const isReleased = stage === 2 && after.state === "approval-responded";
  if (stage < 1 || isReleased || !isSameValue(before!.input, after.input)) chunks.push(inputAvailable(after));
  const { toolCallId, approval } = after;
  const needsApproval = after.state === "approval-requested" || after.state === "output-denied";
  if (stage < 2 && needsApproval && approval)
    chunks.push({ type: "tool-approval-request", toolCallId, approvalId: approval.id });
  if (hasOutcome(after) && !(before && hasOutcome(before) && isSameValue(before, after)))
    chunks.push(outcome(after));
  return chunks;
}

/** The chunks of arguments that the model still writes. */
function writtenChunks(before: ToolPart | null, after: ToolPart): UIMessageChunk[] {
  const { toolCallId } = after;
  const begins: UIMessageChunk = { type: "tool-input-start", ...identity(after) };
  const inputTextDelta = writtenOf(after).slice(before ? writtenOf(before).length : 0);
  return [
    ...(before ? [] : [begins]),
    ...(inputTextDelta ? [{ type: "tool-input-delta" as const, toolCallId, inputTextDelta }] : []),
  ];
}

const writtenOf = (part: ToolPart): string => ("rawInput" in part ? ((part.rawInput as string) ?? "") : "");

/** The fields of each chunk that begins a tool call. */
function identity(part: ToolPart) {
  const { toolCallId, title, toolMetadata, providerExecuted } = part;
  return {
    toolCallId,
    toolName: getToolName(part),
    ...(part.type === "dynamic-tool" && { dynamic: true }),
    ...(title !== undefined && { title }),
    ...(toolMetadata !== undefined && { toolMetadata }),
    ...(providerExecuted !== undefined && { providerExecuted }),
    ...("callProviderMetadata" in part &&
      part.callProviderMetadata && { providerMetadata: part.callProviderMetadata }),
  };
}

const inputAvailable = (part: ToolPart): UIMessageChunk => ({
  type: "tool-input-available",
  ...identity(part),
  input: part.input,
});

const inputError = (part: Extract<ToolPart, { state: "output-error" }>): UIMessageChunk => ({
  type: "tool-input-error",
  ...identity(part),
  input: "rawInput" in part ? part.rawInput : undefined,
  errorText: part.errorText,
});

function outcome(part: ToolPart): UIMessageChunk {
  const { toolCallId, providerExecuted } = part;
  const fields = {
    toolCallId,
    ...(providerExecuted !== undefined && { providerExecuted }),
    ...("resultProviderMetadata" in part &&
      part.resultProviderMetadata && { providerMetadata: part.resultProviderMetadata }),
  };
  switch (part.state) {
    case "output-available": {
      const { output, preliminary } = part;
      return { type: "tool-output-available", ...fields, output, ...(preliminary && { preliminary }) };
    }
    case "output-denied":
      return { type: "tool-output-denied", toolCallId };
    default:
      return { type: "tool-output-error", ...fields, errorText: part.errorText ?? "" };
  }
}

const WHOLE = new Set<string>(["file", STEERING_MESSAGE]);

/** Returns the chunk of a part that comes whole, or that replaces a part with its id; none for parts that are not shown. */
export function wholeChunk(part: MessagePart): UIMessageChunk[] {
  const isShown = WHOLE.has(part.type) || part.type.startsWith("source-") || isDataPart(part);
  // A copy: the SDK makes it a part of its own, and changes that.
  return isShown ? [{ ...part } as UIMessageChunk] : [];
}
