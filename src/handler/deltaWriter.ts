import type { UIMessage, UIMessageChunk } from "ai";
import { ConvexError } from "convex/values";
import { MAX_DELTAS } from "../../component/lib/limits.js";
import { EMPTY_FOLD, foldChunks, type StoredChunk } from "../values/foldChunks.js";
import { ChunkBuffer } from "./chunkBuffer.js";

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

/** How long tool calls and sources without text or data wait for the commit, which is mostly near, in milliseconds. */
const COMMIT_WAIT_MS = 1_000;

/** The shortest time between the writes of a stream that has half of its deltas: no action runs long enough to write the rest. */
const SLOWED_MS = 500;

/** How often a batch is written in vain before it is left out. */
const MAX_TRIES = 20;

/** The types of chunks that only frame a message, which neither readers nor the commit need, and of those that only AI SDK 7 knows. */
const NOT_SAVED = new Set<string>([
  "start",
  "finish",
  "start-step",
  "finish-step",
  "message-metadata",
  "abort",
  "error",
  "custom",
  "reasoning-file",
]);

/** Saves an answer while it streams: joins its text, and writes at most every `throttleMs`, with one write in flight. */
export class DeltaWriter {
  private readonly buffer = new ChunkBuffer();
  private shown = EMPTY_FOLD;
  private unconfirmed: Batch | null = null;
  /** How often the unconfirmed batch was written. */
  private tries = 0;
  private seq = 0;
  private writing: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastWriteAt = 0;
  /** Since when there is something to write. */
  private waitsSince = 0;
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
    if (this.options === null || NOT_SAVED.has(chunk.type)) return;
    const isToolInput = chunk.type === "tool-input-start" || chunk.type === "tool-input-delta";
    if (isToolInput && !this.options.includeToolInputDeltas) return;
    const { hasContent, isUrgent } = this.buffer;
    this.buffer.add(chunk);
    if (!hasContent) this.waitsSince = Date.now();
    if (hasContent !== this.buffer.hasContent || isUrgent !== this.buffer.isUrgent) this.schedule();
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
    if (this.closed || this.writing || !(this.buffer.hasContent || this.unconfirmed)) return;
    this.timer = setTimeout(
      () => {
        this.writing = this.writeOnce().finally(() => {
          this.writing = null;
          this.schedule();
        });
      },
      Math.max(0, this.dueAt() - Date.now()),
    );
  }

  /** When the next write is due. Text and data are shown as soon as the throttle allows; what comes without can wait for the commit. */
  private dueAt(): number {
    const throttled = this.lastWriteAt + this.throttleMs();
    const isUrgent = this.buffer.isUrgent || this.unconfirmed !== null;
    return isUrgent ? throttled : Math.max(throttled, this.waitsSince + COMMIT_WAIT_MS);
  }

  private throttleMs(): number {
    const { throttleMs = DEFAULT_THROTTLE_MS } = this.options ?? {};
    return this.seq < MAX_DELTAS / 2 ? throttleMs : Math.max(throttleMs, SLOWED_MS);
  }

  /** Writes once. A write that failed is tried again with the same batch, because it may have been stored all the same. */
  private async writeOnce(): Promise<void> {
    const again = this.unconfirmed !== null;
    const batch = (this.unconfirmed ??= this.take());
    this.tries += 1;
    this.lastWriteAt = Date.now();
    try {
      const holdsLease = await this.sink.flush({ ...batch, again });
      this.shown = foldChunks(this.shown, batch.chunks);
      this.finish(!holdsLease);
    } catch (error) {
      // The timer tries again, unless the batch is refused: then readers get what it has with the commit.
      if (!(error instanceof ConvexError) && this.tries < MAX_TRIES) return;
      this.buffer.lose();
      this.finish(false);
    }
  }

  /** Ends the tries at a batch. */
  private finish(isLost: boolean): void {
    this.unconfirmed = null;
    this.tries = 0;
    this.closed ||= isLost || this.seq >= MAX_DELTAS;
  }

  private take(): Batch {
    return { seq: this.seq++, chunks: this.buffer.take() };
  }
}
