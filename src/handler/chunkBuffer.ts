import type { UIMessageChunk } from "ai";
import { getConvexSize, type Value } from "convex/values";
import { replaces } from "../../component/lib/dataParts.js";
import { encodeValue } from "../../component/lib/storable.js";
import { endOfWhole } from "../../component/lib/text.js";
import type { DataPart } from "../types.js";
import { isDataPart } from "../values/dataParts.js";
import type { StoredChunk } from "../values/foldChunks.js";

/** A larger chunk, such as an image, is not streamed, so that deltas stay small: readers get it with the commit. */
const MAX_CHUNK_BYTES = 256 * 1024;

/** The most of a batch, so that a document holds it: in bytes, and in chunks. */
const MAX_BATCH_BYTES = 512 * 1024;
const MAX_BATCH_CHUNKS = 1_000;

/** Longer text is more than one chunk; in UTF-16 units. */
const MAX_TEXT_LENGTH = 32 * 1024;

type TextDelta = Extract<UIMessageChunk, { type: "text-delta" | "reasoning-delta" }>;
type InputDelta = Extract<UIMessageChunk, { type: "tool-input-delta" }>;

/** The chunks of an answer that are not written yet, as they are stored: text of one part is joined. */
export class ChunkBuffer {
  private chunks: UIMessageChunk[] = [];
  /** The first halves of characters whose second halves are still to come, by their part. */
  private readonly halves = new Map<string, string>();
  /** The chunk that was taken last. */
  private last: UIMessageChunk | undefined;

  /** Whether there is something to show; the mere beginning of a part is not worth a write. */
  hasContent = false;
  /** Whether there is what readers wait for: text or arguments of a tool in the making, or data. */
  isUrgent = false;

  /** Adds the next chunk of the answer. */
  add(chunk: UIMessageChunk): void {
    for (const piece of this.pieces(chunk)) this.append(encodeValue(piece) as UIMessageChunk);
  }

  /** Takes out as many chunks as one document holds. */
  take(): StoredChunk[] {
    const batch: StoredChunk[] = [];
    let bytes = 0;
    for (const chunk of this.chunks) {
      const stored = this.last && continues(this.last, chunk) ? (chunk as TextDelta).delta : chunk;
      bytes += getConvexSize(stored as Value);
      if (bytes > MAX_BATCH_BYTES || batch.length === MAX_BATCH_CHUNKS) break;
      batch.push(stored);
      this.last = chunk;
    }
    this.chunks = this.chunks.slice(batch.length);
    this.hasContent = this.chunks.some(isContent);
    this.isUrgent = this.chunks.some(isUrgent);
    return batch;
  }

  /** Notes that what was taken last is not stored: text that comes next cannot continue it. */
  lose(): void {
    this.last = undefined;
  }

  private append(chunk: UIMessageChunk): void {
    if (getConvexSize(chunk as Value) > MAX_CHUNK_BYTES) return;
    const last = this.chunks.at(-1);
    const joined =
      last && continues(last, chunk) ? (last as TextDelta).delta + (chunk as TextDelta).delta : "";
    if (last && joined !== "" && joined.length <= MAX_TEXT_LENGTH)
      this.chunks[this.chunks.length - 1] = { ...(last as TextDelta), delta: joined };
    else this.place(chunk);
    this.hasContent ||= isContent(chunk);
    this.isUrgent ||= isUrgent(chunk);
  }

  /** Adds a chunk. Data that is replaced before it was taken is not stored. */
  private place(chunk: UIMessageChunk): void {
    const at = isKept(chunk)
      ? this.chunks.findIndex((earlier) => isKept(earlier) && replaces(chunk, earlier))
      : -1;
    if (at < 0) this.chunks.push(chunk);
    else this.chunks[at] = chunk;
  }

  /**
   * A chunk, or of text as many as it takes. Providers may cut text within a character: its first half waits for the second,
   * and one that stays alone comes with the commit.
   */
  private *pieces(chunk: UIMessageChunk): Generator<UIMessageChunk> {
    if (!isText(chunk)) {
      yield chunk;
      return;
    }
    const isInput = chunk.type === "tool-input-delta";
    const part = `${chunk.type} ${isInput ? chunk.toolCallId : chunk.id}`;
    const given = isInput ? chunk.inputTextDelta : chunk.delta;
    const text = (this.halves.get(part) ?? "") + given;
    const end = endOfWhole(text, text.length);
    this.halves.set(part, text.slice(end));
    let begin = 0;
    do {
      const next = endOfWhole(text, Math.min(begin + MAX_TEXT_LENGTH, end));
      const piece = text.slice(begin, next);
      if (piece !== "" || given === "")
        yield isInput ? { ...chunk, inputTextDelta: piece } : { ...chunk, delta: piece };
      begin = next;
    } while (begin < end);
  }
}

const isContent = ({ type }: UIMessageChunk): boolean => !type.endsWith("-start");

const isTextDelta = (chunk: UIMessageChunk): chunk is TextDelta =>
  chunk.type === "text-delta" || chunk.type === "reasoning-delta";

const isText = (chunk: UIMessageChunk): chunk is TextDelta | InputDelta =>
  isTextDelta(chunk) || chunk.type === "tool-input-delta";

const isUrgent = (chunk: UIMessageChunk): boolean => isText(chunk) || isDataPart(chunk);

/** Whether a chunk is data that becomes part of the message. */
const isKept = (chunk: UIMessageChunk): chunk is DataPart & UIMessageChunk =>
  isDataPart(chunk) && !chunk.transient;

/** Whether a chunk has text that goes on where another one's ends. */
const continues = (last: UIMessageChunk, chunk: UIMessageChunk): boolean =>
  isTextDelta(last) && isTextDelta(chunk) && last.type === chunk.type && last.id === chunk.id;
