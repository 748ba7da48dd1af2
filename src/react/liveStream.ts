import type { UIMessageChunk } from "ai";
import { decodeValue } from "../convexValue.js";
import type { StreamDelta, StreamInfo } from "../types.js";
import { EMPTY_FOLD, foldChunks, type ChunkFold } from "./foldChunks.js";
import type { LiveStep } from "./types.js";

/** A stream as far as it was received, and what of it is shown. Values are replaced, never changed. */
export interface LiveStream {
  stream: StreamInfo | null;
  /** The deltas from this one on are still to come. */
  nextSeq: number;
  fold: ChunkFold;
  /**
   * What readers see. The stream of an earlier attempt stays until its successor has something to show, so that
   * a retried step does not blink.
   */
  shown: LiveStep | null;
}

export const NO_STREAM: LiveStream = { stream: null, nextSeq: 0, fold: EMPTY_FOLD, shown: null };

/** Follows the newest stream of those that live. */
export function withStreams(live: LiveStream, streams: StreamInfo[]): LiveStream {
  const stream = streams.at(-1);
  if (!stream || stream.streamId === live.stream?.streamId) return live;
  return { stream, nextSeq: 0, fold: EMPTY_FOLD, shown: live.shown };
}

/** Takes in deltas: each once and in order, however often it is delivered. */
export function withDeltas(live: LiveStream, deltas: StreamDelta[]): LiveStream {
  const { stream } = live;
  if (!stream) return live;
  const fresh = deltas
    .filter(({ streamId, seq }) => streamId === stream.streamId && seq >= live.nextSeq)
    .sort((a, b) => a.seq - b.seq);
  if (fresh.length === 0) return live;
  const fold = fresh.reduce(
    (folded, { chunks }) => foldChunks(folded, decodeValue(chunks) as UIMessageChunk[]),
    live.fold,
  );
  const shown = { turn: stream.turn, step: stream.step, parts: fold.parts };
  return { stream, nextSeq: fresh.at(-1)!.seq + 1, fold, shown };
}
