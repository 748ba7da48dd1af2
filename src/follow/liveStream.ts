import { decodeValue } from "../values/convexValue.js";
import { EMPTY_FOLD, foldChunks, type ChunkFold, type StoredChunk } from "../values/foldChunks.js";
import type { StreamCursor, StreamUpdate } from "../types.js";
import type { LiveStep } from "./types.js";

/** A stream as far as it was received, and what of it is shown. Values are replaced, never changed. */
export interface LiveStream {
  /** What to ask for next; null before the first stream. */
  cursor: StreamCursor | null;
  fold: ChunkFold;
  /**
   * What readers see. The stream of an earlier attempt stays until its successor has something to show, so that
   * a retried step does not blink.
   */
  shown: LiveStep | null;
}

export const NO_STREAM: LiveStream = { cursor: null, fold: EMPTY_FOLD, shown: null };

/** Takes in what is new: each delta once, however often it is delivered. */
export function withNews(live: LiveStream, news: StreamUpdate | undefined): LiveStream {
  if (!news) return live;
  const { seq, chunks, stream } = news;
  const streamId = stream?.streamId ?? live.cursor?.streamId;
  const isFollowed = streamId === live.cursor?.streamId;
  if (streamId === undefined || (isFollowed && live.cursor && seq <= live.cursor.seq)) return live;
  const step = stream ?? live.shown;
  if (!step) return live;
  const fold = foldChunks(
    stream && !isFollowed ? EMPTY_FOLD : live.fold,
    decodeValue(chunks) as StoredChunk[],
  );
  return {
    cursor: { streamId, seq },
    fold,
    shown: { turn: step.turn, step: step.step, parts: fold.parts },
  };
}
