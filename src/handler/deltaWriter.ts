import type { UIMessage, UIMessageChunk } from "ai";
import { encodeValue } from "../values/convexValue.js";
import { EMPTY_FOLD, foldChunks, type StoredChunk } from "../values/foldChunks.js";

/** How an answer is saved while it streams. */
export interface StreamingOptions {
  /** The shortest time between two writes, in milliseconds. Default: 250. */
  throttleMs?: number;
  /** Save a tool call's arguments while the model writes them, not only when they are complete. Default: false. */
  includeToolInputDeltas?: boolean;
}

/** The chunks of one write. */
interface Batch {
  seq: number;
  chunks: StoredChunk[];
}

/** Where a stream is written. */
export interface StreamSink {
  /**
   * @param batch - with `again` if an earlier try failed, and may still have been stored.
   * @returns false if the handler has lost its lease.
   */
  flush(batch: Batch & { again: boolean }): Promise<boolean>;
}

const DEFAULT_THROTTLE_MS = 250;

/** A larger chunk, such as an image, is not streamed, so that deltas stay small: readers get it with the commit. */
const MAX_CHUNK_LENGTH = 256 * 1024;

/** The types of chunks that only frame a message: neither readers nor the commit need them. */
const FRAMES = new Set([
  "start",
  "finish",
  "start-step",
  "finish-step",
  "message-metadata",
  "abort",
  "error",
]);

/** Saves an answer while it streams: joins its text, and writes at most every `throttleMs`, with one write in flight. */
export class DeltaWriter {
  private buffer: UIMessageChunk[] = [];
  /** The chunk that was written last. */
  private last: UIMessageChunk | undefined;
  private shown = EMPTY_FOLD;
  /** Whether the buffer has something to show; the mere beginning of a part is not worth a write. */
  private hasContent = false;
  private unconfirmed: Batch | null = null;
  private seq = 0;
  private writing: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastWriteAt = 0;
  private closed = false;

  /**
   * @param options - null: nothing is saved.
   */
  constructor(
    private readonly sink: StreamSink,
    private readonly options: StreamingOptions | null,
  ) {}

  /** Adds the next chunk of the answer. */
  write(chunk: UIMessageChunk): void {
    if (this.options === null || FRAMES.has(chunk.type)) return;
    const isToolInput = chunk.type === "tool-input-start" || chunk.type === "tool-input-delta";
    if (isToolInput && !this.options.includeToolInputDeltas) return;
    if (JSON.stringify(chunk).length > MAX_CHUNK_LENGTH) return;
    append(this.buffer, chunk);
    if (this.hasContent || chunk.type.endsWith("-start")) return;
    this.hasContent = true;
    this.schedule();
  }

  /**
   * Stops writing. What is still in the buffer comes with the commit.
   *
   * @returns the parts of the message as far as they were written, and so as far as readers have them.
   */
  async close(): Promise<UIMessage["parts"]> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.writing;
    return this.shown.parts;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed || this.writing || !(this.hasContent || this.unconfirmed)) return;
    const throttle = this.options?.throttleMs ?? DEFAULT_THROTTLE_MS;
    const pause = throttle - (Date.now() - this.lastWriteAt);
    this.timer = setTimeout(
      () => {
        this.writing = this.writeOnce().finally(() => {
          this.writing = null;
          this.schedule();
        });
      },
      Math.max(0, pause),
    );
  }

  /** Writes once. A write that failed is tried again with the same batch, because it may have been stored all the same. */
  private async writeOnce(): Promise<void> {
    const again = this.unconfirmed !== null;
    const batch = (this.unconfirmed ??= this.take());
    this.lastWriteAt = Date.now();
    try {
      const holdsLease = await this.sink.flush({ ...batch, again });
      this.shown = foldChunks(this.shown, batch.chunks);
      this.unconfirmed = null;
      this.closed ||= !holdsLease;
    } catch {
      // The timer tries again.
    }
  }

  private take(): Batch {
    const chunks = this.buffer.map((chunk) => this.toStored(chunk));
    this.buffer = [];
    this.hasContent = false;
    return { seq: this.seq++, chunks };
  }

  /** A chunk as it is stored: of text that continues the text before it, the text alone. */
  private toStored(chunk: UIMessageChunk): StoredChunk {
    const continued = this.last !== undefined && continues(this.last, chunk);
    this.last = chunk;
    return continued ? (chunk as TextDelta).delta : (encodeValue(chunk) as UIMessageChunk);
  }
}

/** Adds a chunk, joined with the one before if both have text of the same part. */
function append(buffer: UIMessageChunk[], chunk: UIMessageChunk): void {
  const last = buffer.at(-1);
  if (last && continues(last, chunk)) {
    buffer[buffer.length - 1] = {
      ...(last as TextDelta),
      delta: (last as TextDelta).delta + (chunk as TextDelta).delta,
    };
  } else {
    buffer.push(chunk);
  }
}

type TextDelta = Extract<UIMessageChunk, { type: "text-delta" | "reasoning-delta" }>;

const continues = (last: UIMessageChunk, chunk: UIMessageChunk): boolean =>
  isTextDelta(last) && isTextDelta(chunk) && last.type === chunk.type && last.id === chunk.id;

const isTextDelta = (chunk: UIMessageChunk): chunk is TextDelta =>
  chunk.type === "text-delta" || chunk.type === "reasoning-delta";
