import type { UIMessage, UIMessageChunk } from "ai";
import { replaces } from "../../component/lib/dataParts.js";
import { parsePartialJson } from "./partialJson.js";

/** The parts of a step as far as its chunks have arrived. Values are replaced, never changed. */
export interface ChunkFold {
  parts: UIMessage["parts"];
  /** The indexes of text and reasoning parts that still grow, by kind and id. */
  open: Record<string, number>;
  /** The arguments of tool calls as far as the model has written them, by the call's id. */
  inputs: Record<string, string>;
  /** The chunk of text that came last: a chunk that is a string continues it. */
  last: TextDelta | null;
}

/** A chunk as it is stored: a string continues the text before it. */
export type StoredChunk = UIMessageChunk | string;

type TextDelta = Extract<UIMessageChunk, { type: "text-delta" | "reasoning-delta" }>;

export const EMPTY_FOLD: ChunkFold = { parts: [], open: {}, inputs: {}, last: null };

/** A part while chunks add to it; each chunk sets some of its fields. */
type Draft = Record<string, unknown> & { type: string };

/**
 * Adds the next chunks of a step to its parts, as the AI SDK does: the parts have the SDK's states, so that any renderer of
 * UIMessages can show them. A delta without its start begins a part of its own.
 */
export function foldChunks(fold: ChunkFold, chunks: StoredChunk[]): ChunkFold {
  if (chunks.length === 0) return fold;
  const parts = [...fold.parts] as Draft[];
  const next = { parts, open: { ...fold.open }, inputs: { ...fold.inputs } };
  let { last } = fold;
  for (const stored of chunks) {
    const chunk = typeof stored === "string" ? last && { ...last, delta: stored } : stored;
    if (!chunk) continue;
    if (chunk.type === "text-delta" || chunk.type === "reasoning-delta") last = chunk;
    foldChunk(next, chunk);
  }
  return { ...next, parts: parts as ChunkFold["parts"], last };
}

/** Returns how many characters of each text and reasoning part of a message, in their order, were streamed. */
export function shownLengths(parts: readonly unknown[], shown: ChunkFold["parts"]): number[] {
  const before = textsOf(shown);
  return textsOf(parts).map((text, index) => {
    const seen = before[index] ?? "";
    return text.startsWith(seen) ? seen.length : 0;
  });
}

const textsOf = (parts: readonly unknown[]): string[] =>
  (parts as Draft[])
    .filter(({ type }) => type === "text" || type === "reasoning")
    .map(({ text }) => text as string);

/**
 * Restores the text that a message lacks because its reader has it from the stream.
 *
 * @param lengths - how many characters of each text and reasoning part are missing at its beginning.
 * @returns null if the reader does not have as much text.
 */
export function withShown<Part>(
  parts: readonly Part[],
  lengths: number[],
  shown: ChunkFold["parts"],
): Part[] | null {
  const texts = textsOf(shown);
  if (lengths.some((length, index) => (texts[index]?.length ?? 0) < length)) return null;
  let index = 0;
  return parts.map((part) => {
    const { type, text } = part as Draft;
    if (type !== "text" && type !== "reasoning") return part;
    const length = lengths[index] ?? 0;
    return { ...part, text: (texts[index++] ?? "").slice(0, length) + (text as string) };
  });
}

interface Folding {
  parts: Draft[];
  open: Record<string, number>;
  inputs: Record<string, string>;
}

function foldChunk(fold: Folding, chunk: UIMessageChunk): void {
  switch (chunk.type) {
    case "text-start":
    case "reasoning-start":
    case "text-delta":
    case "reasoning-delta":
    case "text-end":
    case "reasoning-end":
      return foldText(fold, chunk);
    case "file":
    case "source-url":
    case "source-document":
      fold.parts.push({ ...chunk });
      return;
    case "tool-input-start":
      fold.inputs[chunk.toolCallId] = "";
      return setTool(fold, chunk, { state: "input-streaming", input: undefined });
    case "tool-input-delta": {
      const written = (fold.inputs[chunk.toolCallId] ?? "") + chunk.inputTextDelta;
      fold.inputs[chunk.toolCallId] = written;
      const fields = { state: "input-streaming", input: parsePartialJson(written), rawInput: written };
      return setTool(fold, chunk, fields);
    }
    case "tool-input-available":
      return setTool(fold, chunk, { state: "input-available", input: chunk.input, rawInput: undefined });
    case "tool-input-error": {
      const { input, errorText } = chunk;
      const raw = chunk.dynamic ? { input, rawInput: undefined } : { input: undefined, rawInput: input };
      return setTool(fold, chunk, { state: "output-error", errorText, ...raw });
    }
    case "tool-approval-request":
      return setTool(fold, chunk, { state: "approval-requested", approval: { id: chunk.approvalId } });
    case "tool-output-available": {
      const { output, preliminary } = chunk;
      return setTool(fold, chunk, { state: "output-available", output, preliminary });
    }
    case "tool-output-error":
      return setTool(fold, chunk, { state: "output-error", errorText: chunk.errorText });
    case "tool-output-denied":
      return setTool(fold, chunk, { state: "output-denied" });
    default:
      if (chunk.type.startsWith("data-")) foldData(fold, chunk as DataChunk);
  }
}

type TextChunk = Extract<UIMessageChunk, { type: `${"text" | "reasoning"}-${"start" | "delta" | "end"}` }>;

function foldText({ parts, open }: Folding, chunk: TextChunk): void {
  const [kind, phase] = chunk.type.split("-") as ["text" | "reasoning", "start" | "delta" | "end"];
  const key = `${kind} ${chunk.id}`;
  if (phase === "start" || open[key] === undefined) {
    if (phase === "end") return;
    open[key] = parts.length;
    parts.push({ type: kind, ...(kind === "reasoning" && { id: chunk.id }), text: "", state: "streaming" });
  }
  const index = open[key];
  const { providerMetadata } = chunk;
  parts[index] = { ...parts[index]!, ...(providerMetadata && { providerMetadata }) };
  if ("delta" in chunk) parts[index].text = (parts[index].text as string) + chunk.delta;
  if (phase === "end") {
    parts[index].state = "done";
    delete open[key];
  }
}

/** The fields that chunks of a tool call may have. */
interface ToolChunk {
  type: string;
  toolCallId: string;
  toolName?: string;
  dynamic?: boolean;
  title?: string;
  toolMetadata?: unknown;
  providerExecuted?: boolean;
  providerMetadata?: unknown;
}

/** Sets fields of a tool call's part. The first chunk that names the tool adds the part. */
function setTool({ parts }: Folding, chunk: ToolChunk, fields: Record<string, unknown>): void {
  const { type, toolCallId, toolName, dynamic, title, toolMetadata, providerExecuted, providerMetadata } =
    chunk;
  const index = parts.findLastIndex((part) => part.toolCallId === toolCallId);
  if (index < 0 && toolName === undefined) return;
  const identity = dynamic ? { type: "dynamic-tool", toolName } : { type: `tool-${toolName}` };
  const isOutcome = type.startsWith("tool-output-") || type === "tool-input-error";
  const part = {
    ...(index < 0 ? { ...identity, toolCallId } : parts[index]!),
    ...fields,
    ...(title !== undefined && { title }),
    ...(toolMetadata !== undefined && { toolMetadata }),
    ...(providerExecuted !== undefined && { providerExecuted }),
    ...(providerMetadata !== undefined && {
      [isOutcome ? "resultProviderMetadata" : "callProviderMetadata"]: providerMetadata,
    }),
  };
  if (index < 0) parts.push(part);
  else parts[index] = part;
}

interface DataChunk {
  type: string;
  id?: string;
  data: unknown;
  transient?: boolean;
}

/** Adds a data part, or replaces the one with its id. A transient one is not part of the message. */
function foldData({ parts }: Folding, { transient, ...chunk }: DataChunk): void {
  if (transient) return;
  const index = parts.findIndex((part) => replaces(chunk, part));
  if (index < 0) parts.push({ ...chunk });
  else parts[index] = { ...parts[index]!, data: chunk.data };
}
