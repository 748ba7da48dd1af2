import { useEffect, useState } from "react";
import { DataReader, type DataSource } from "../follow/dataReader.js";
import type { DataPart } from "../types.js";

/** Passes each data part on as it arrives, once. */
export function useDataParts(sources: DataSource[], onData: ((part: DataPart) => void) | undefined): void {
  const [reader] = useState(() => new DataReader());
  useEffect(() => {
    if (!onData) return;
    for (const part of sources.flatMap((source) => reader.take(source))) onData(part);
  }, [reader, sources, onData]);
}
