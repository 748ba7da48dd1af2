import { getConvexSize } from "convex/values";
import { replaces } from "./dataParts.js";
import { MAX_PARTS } from "./limits.js";

/** A UIMessageChunk as stored: what matters here is what a reader has seen of an answer. */
export interface Chunk {
  type: string;
  id?: string;
  delta?: string;
  transient?: boolean;
}

interface ShownPart {
  type: string;
  id?: string;
  text?: string;
}

/** Chunks that are whole parts of a message themselves. */
const WHOLE_PARTS = new Set(["source-url", "source-document", "file"]);

/**
 * The parts of a message that was cut off: its text, reasoning, sources, files and data as far as they were shown.
 * Tool calls that the model had begun to write are left out, because they were never made.
 *
 * @param chunks - a string continues the text before it.
 * @param maxBytes - the message is cut where it would be larger, between two characters.
 */
export function foldShown(chunks: Iterable<Chunk | string>, maxBytes: number): ShownPart[] {
  const parts: ShownPart[] = [];
  const open = new Map<string, ShownPart>();
  let last: ShownPart | undefined;
  let bytes = 0;
  for (const whole of chunks) {
    const chunk = fitting(whole, maxBytes - bytes);
    if (chunk === null || parts.length === MAX_PARTS) break;
    bytes += getConvexSize(chunk as never);
    if (typeof chunk === "string") {
      if (last) last.text += chunk;
      continue;
    }
    const [kind, phase] = chunk.type.split("-");
    if (WHOLE_PARTS.has(chunk.type)) {
      parts.push(chunk);
    } else if (kind === "data") {
      if (!chunk.transient) placeData(parts, chunk);
    } else if ((kind === "text" || kind === "reasoning") && phase === "delta") {
      const key = `${kind} ${chunk.id}`;
      last = open.get(key) ?? { type: kind, text: "" };
      if (!open.has(key)) parts.push(last);
      open.set(key, last);
      last.text += chunk.delta ?? "";
    } else if (phase === "end") {
      open.delete(`${kind} ${chunk.id}`);
    }
  }
  return parts;
}

/** Adds a data part, or puts it in the place of the one with its type and id. */
function placeData(parts: ShownPart[], { transient: _, ...part }: Chunk): void {
  const at = parts.findIndex((earlier) => replaces(part, earlier));
  if (at < 0) parts.push(part);
  else parts[at] = part;
}

/** As much of a chunk as has at most so many bytes; null if that is nothing. */
function fitting(chunk: Chunk | string, bytes: number): Chunk | string | null {
  const excess = getConvexSize(chunk as never) - bytes;
  if (excess <= 0) return chunk;
  const text = typeof chunk === "string" ? chunk : (chunk.delta ?? "");
  const cut = beginningOf(text, bytesOf(text) - excess);
  if (cut === "") return null;
  return typeof chunk === "string" ? cut : { ...chunk, delta: cut };
}

/** The whole characters at the beginning of a text that have at most so many bytes. */
function beginningOf(text: string, bytes: number): string {
  let end = 0;
  let left = bytes;
  for (const character of text) {
    left -= bytesOf(character);
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The bytes of a text in UTF-8. */
const bytesOf = (text: string): number => getConvexSize(text) - 2;
