import type { UIMessageChunk } from "ai";
import { checkDataPart } from "../../component/lib/dataParts.js";
import { encodeValue } from "../../component/lib/storable.js";
import type { DataPart } from "../types.js";

type DataChunk = Extract<UIMessageChunk, { type: `data-${string}` }>;

/** Takes the data parts that an app writes into an answer: from before the model call on, and until the answer ends. */
export class DataWriter {
  private readonly early: DataChunk[] = [];
  private sink: ((chunk: DataChunk) => void) | null = (chunk) => this.early.push(chunk);

  /**
   * Writes a data part. After the answer's end it does nothing.
   *
   * @throws invalid_data_part
   */
  readonly write = ({ type, id, data, transient }: DataPart): void => {
    checkDataPart({ type, id });
    const chunk: DataChunk = { type, data: encodeValue(data) };
    this.sink?.({ ...chunk, ...(id !== undefined && { id }), ...(transient && { transient }) });
  };

  /** Passes on what was written before, and from now on each part at once. */
  open(sink: (chunk: DataChunk) => void): void {
    for (const chunk of this.early.splice(0)) sink(chunk);
    this.sink = sink;
  }

  /** Ends the answer. Returns what was written and not passed on. */
  close(): DataChunk[] {
    this.sink = null;
    return this.early.splice(0);
  }
}
