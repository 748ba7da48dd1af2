import type { UIMessage, UIMessageChunk } from "ai";
import { encodeValue } from "../values/convexValue.js";
import { EMPTY_FOLD, foldChunks, type StoredChunk } from "../values/foldChunks.js";

/** How a stream is saved while it runs. */
export interface StreamingOptions {
  /** The least time between two writes, in milliseconds; 250 unless told. */
  throttleMs?: number;
  /** Also save a tool call's arguments as the model writes them, not only when they are complete. */
  includeToolInputDeltas?: boolean;
}

/** What one write carries. */
interface Batch {
  seq: number;
  chunks: StoredChunk[];
}

/** The writes that a stream makes. Each answers whether the handler still owns its step. */
export interface StreamSink {
  /** @param batch - with `again` when an earlier try failed, and may yet have been done. */
  flush(batch: Batch & { again: boolean }): Promise<boolean>;
  heartbeat(): Promise<boolean>;
}

const DEFAULT_THROTTLE_MS = 250;

/** A handler that has nothing to write says this often, in milliseconds, that it lives; a lease lasts much longer. */
const HEARTBEAT_MS = 10_000;

/** A chunk that is larger, such as an image, is seen when its message is committed: deltas are small. */
const MAX_CHUNK_LENGTH = 256 * 1024;

/** Chunks that only frame a message; readers and the commit do without them. */
const FRAMES = new Set([
  "start",
  "finish",
  "start-step",
  "finish-step",
  "message-metadata",
  "abort",
  "error",
]);

/**
 * Saves a running stream: joins its text, writes at most every `throttleMs` with one write in flight, and keeps
 * the lease alive while the model is silent.
 */
export class DeltaWriter {
  private buffer: UIMessageChunk[] = [];
  /** The chunk that was written last. */
  private last: UIMessageChunk | undefined;
  private shown = EMPTY_FOLD;
  /** Something to show waits in the buffer; the mere beginning of a part is not worth a write. */
  private hasContent = false;
  private unconfirmed: Batch | null = null;
  private seq = 0;
  private writing: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastWriteAt = 0;
  private closed = false;

  /**
   * @param options - null: nothing is saved, the lease alone is kept alive.
   * @param onLost - called once when the handler no longer owns the step: whatever it does now is in vain.
   */
  constructor(
    private readonly sink: StreamSink,
    private readonly options: StreamingOptions | null,
    private readonly onLost: () => void,
  ) {
    this.schedule();
  }

  /** Takes the next chunk of the answer. */
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
   * Stops writing. What is still buffered is in the message that is about to be committed.
   *
   * @returns what readers have of the message: the parts as far as they were written.
   */
  async close(): Promise<UIMessage["parts"]> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.writing;
    return this.shown.parts;
  }

  private schedule(): void {
    if (this.closed || this.writing) return;
    clearTimeout(this.timer);
    const throttle = this.options?.throttleMs ?? DEFAULT_THROTTLE_MS;
    const pause =
      this.hasContent || this.unconfirmed ? throttle - (Date.now() - this.lastWriteAt) : HEARTBEAT_MS;
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

  /** One write. One that failed is tried again as it was, because it may have been done all the same. */
  private async writeOnce(): Promise<void> {
    const again = this.unconfirmed !== null;
    this.unconfirmed ??= this.take();
    this.lastWriteAt = Date.now();
    try {
      const owned = this.unconfirmed
        ? await this.sink.flush({ ...this.unconfirmed, again })
        : await this.sink.heartbeat();
      if (this.unconfirmed) this.shown = foldChunks(this.shown, this.unconfirmed.chunks);
      this.unconfirmed = null;
      if (!owned && !this.closed) this.lose();
    } catch {
      // The next write is due by the clock.
    }
  }

  private take(): Batch | null {
    if (this.buffer.length === 0) return null;
    const chunks = this.buffer.map((chunk) => this.toStored(chunk));
    this.buffer = [];
    this.hasContent = false;
    return { seq: this.seq++, chunks };
  }

  /** Text that continues the text before it is stored bare. */
  private toStored(chunk: UIMessageChunk): StoredChunk {
    const continued = this.last !== undefined && continues(this.last, chunk);
    this.last = chunk;
    return continued ? (chunk as TextDelta).delta : (encodeValue(chunk) as UIMessageChunk);
  }

  private lose(): void {
    this.closed = true;
    this.onLost();
  }
}

/** Adds a chunk, joined with the one before where both carry text of the same part. */
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
