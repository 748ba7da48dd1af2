import { decodeValue } from "../../component/lib/storable.js";
import { EMPTY_FOLD, foldChunks, type ChunkFold, type StoredChunk } from "../values/foldChunks.js";
import type { StreamCursor, StreamUpdate } from "../types.js";
import type { LiveStep } from "./types.js";

/** A stream as far as a client has received it, and what it shows of it. Values are replaced, never changed. */
export interface LiveStream {
  /** Where the next delta begins; null before the first stream. */
  cursor: StreamCursor | null;
  fold: ChunkFold;
  /**
   * What readers see. The stream of an earlier attempt stays until the next one has something to show, so that a retried
   * step does not flicker.
   */
  shown: LiveStep | null;
}

export const NO_STREAM: LiveStream = { cursor: null, fold: EMPTY_FOLD, shown: null };

/** Adds what is new in a stream: each delta once, however often it is delivered. */
export function withUpdate(live: LiveStream, update: StreamUpdate | undefined): LiveStream {
  if (!update) return live;
  const { seq, chunks, stream } = update;
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
