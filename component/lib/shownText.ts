import { getConvexSize } from "convex/values";

/** A UIMessageChunk as stored: what matters here is what a reader has seen of an answer. */
export interface Chunk {
  type: string;
  id?: string;
  delta?: string;
}

interface ShownPart {
  type: string;
  text?: string;
}

/** Chunks that are whole parts of a message themselves. */
const WHOLE_PARTS = new Set(["source-url", "source-document", "file"]);

/**
 * The parts of a message that was cut off: its text, reasoning, sources and files as far as they were shown.
 * Tool calls that the model had begun to write are left out, because they were never made.
 *
 * @param chunks - a string continues the text before it.
 * @param maxBytes - the message is cut where it would be larger.
 */
export function foldShown(chunks: Iterable<Chunk | string>, maxBytes: number): ShownPart[] {
  const parts: ShownPart[] = [];
  const open = new Map<string, ShownPart>();
  let last: ShownPart | undefined;
  let bytes = 0;
  for (const chunk of chunks) {
    bytes += getConvexSize(chunk as never);
    if (bytes > maxBytes) break;
    if (typeof chunk === "string") {
      if (last) last.text += chunk;
      continue;
    }
    const [kind, phase] = chunk.type.split("-");
    if (WHOLE_PARTS.has(chunk.type)) {
      parts.push(chunk);
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
