import { decodeValue } from "../../component/lib/storable.js";
import type { DataPart, MessagesWithStreams, ToolData } from "../types.js";

/** Where data parts come from, an answer's stream or a tool call, and what has come from there. */
export interface DataSource {
  /** No other source has it. */
  key: string;
  /** Each part with a number of its own, which is higher the later it was written. */
  parts: readonly { n: number; part: DataPart }[];
}

/** What a tool has written, of an answer about its call. */
export const dataOf = (answer: MessagesWithStreams | undefined): readonly ToolData[] =>
  (answer?.toolCall?.data ?? []) as ToolData[];

/** What a tool has written, as a source. */
export const toolDataSource = (key: string, data: readonly ToolData[]): DataSource => ({
  key,
  parts: data.map(({ n, ...part }) => ({
    n,
    part: { ...part, data: decodeValue(part.data) } as DataPart,
  })),
});

/** Which data parts a reader has been given, so that it is given each of them once. */
export class DataReader {
  private readonly last = new Map<string, number>();

  /** What is new in a source, in the order in which it was written. */
  take({ key, parts }: DataSource): DataPart[] {
    const before = this.last.get(key) ?? 0;
    const fresh = parts.filter(({ n }) => n > before).sort((a, b) => a.n - b.n);
    this.last.set(key, fresh.at(-1)?.n ?? before);
    return fresh.map(({ part }) => part);
  }
}
