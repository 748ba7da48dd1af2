import { decodeValue } from "../../component/lib/storable.js";
import { EMPTY_FOLD, foldChunks, type ChunkFold, type StoredChunk } from "../values/foldChunks.js";
import type { DataPart, StreamCursor, StreamUpdate } from "../types.js";
import { isDataPart } from "../values/dataParts.js";
import type { DataSource } from "./dataReader.js";
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
  /** The data parts of the stream in the order of their arrival, those that replaced earlier ones and transient ones too. */
  data: readonly DataPart[];
}

export const NO_STREAM: LiveStream = { cursor: null, fold: EMPTY_FOLD, shown: null, data: [] };

/** The data parts of a stream as a source. */
export const streamDataSource = ({ cursor, data }: LiveStream): DataSource => ({
  key: cursor?.streamId ?? "",
  parts: data.map((part, index) => ({ n: index + 1, part })),
});

/**
 * Returns the step to show: that of the running turn.
 *
 * @param awaited - the step that was shown before, as long as messages are awaited that were committed by now: it stays until its
 * own has arrived, though the next step begins or the turn ends. Null if there is none.
 * @param turn - the turn that runs; null if none does.
 */
export function shownStep(
  awaited: LiveStep | null,
  { shown }: LiveStream,
  turn: number | null,
): LiveStep | null {
  if (awaited && (awaited.turn !== shown?.turn || awaited.step !== shown.step)) return awaited;
  return awaited || shown?.turn === turn ? shown : null;
}

/** Adds what is new in a stream: each delta once, however often it is delivered. */
export function withUpdate(live: LiveStream, update: StreamUpdate | undefined): LiveStream {
  if (!update) return live;
  const { seq, chunks, stream } = update;
  const streamId = stream?.streamId ?? live.cursor?.streamId;
  const step = stream ?? live.shown;
  if (streamId === undefined || !step) return live;
  const isNew = streamId !== live.cursor?.streamId;
  if (!isNew && seq <= live.cursor!.seq) return live;
  const arrived = decodeValue(chunks) as StoredChunk[];
  const fold = foldChunks(isNew ? EMPTY_FOLD : live.fold, arrived);
  const data = arrived.filter((chunk) => typeof chunk !== "string").filter(isDataPart);
  return {
    data: [...(isNew ? [] : live.data), ...data],
    cursor: { streamId, seq },
    fold,
    shown: { turn: step.turn, step: step.step, parts: fold.parts },
  };
}
