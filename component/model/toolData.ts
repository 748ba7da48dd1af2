import { getConvexSize } from "convex/values";
import type { Doc } from "../_generated/dataModel.js";
import { replaces } from "../lib/dataParts.js";
import { agentError } from "../lib/errors.js";
import { MAX_CALL_DATA_BYTES, MAX_TRANSIENT_PARTS } from "../lib/limits.js";
import type { SentData } from "../validators/message.js";

type CallData = Doc<"toolCalls">["data"];

/** A data part as a tool writes it. */
export type WrittenPart = SentData & { transient?: boolean };

/**
 * The data of a call with one more part. It takes the place of the one with its type and id; one without an id gets one of its own.
 *
 * @throws data_too_large
 */
export function withDataPart(
  { written, parts }: NonNullable<CallData> = { written: 0, parts: [] },
  toolCallId: string,
  { type, id, data, transient }: WrittenPart,
): NonNullable<CallData> {
  const n = written + 1;
  const part = { n, type, id: id ?? `${toolCallId}-${n}`, data: data as unknown };
  const next = transient
    ? [...parts.filter(isRecent(n)), { ...part, transient: true as const }]
    : replaced(parts, part);
  if (getConvexSize(next) > MAX_CALL_DATA_BYTES)
    throw agentError(
      "data_too_large",
      `The data parts of a tool call have at most ${MAX_CALL_DATA_BYTES} bytes together: write a reference to what is large.`,
    );
  return { written: n, parts: next };
}

type Parts = NonNullable<CallData>["parts"];

function replaced(parts: Parts, part: Parts[number]): Parts {
  const at = parts.findIndex((earlier) => !earlier.transient && replaces(part, earlier));
  return at < 0 ? [...parts, part] : parts.with(at, part);
}

/** Whether a part is kept, or was written so lately that readers may still have to be shown it. */
const isRecent =
  (n: number) =>
  (part: Parts[number]): boolean =>
    !part.transient || part.n > n - MAX_TRANSIENT_PARTS;

/** The data of a call before its next attempt: what the last one wrote is taken back. */
export const clearedData = (data: CallData): CallData => data && { written: data.written, parts: [] };

/** The data of a call that has its outcome: what was to be shown once is over. */
export function keptData(data: CallData): CallData {
  const parts = data?.parts.filter(({ transient }) => !transient) ?? [];
  return parts.length > 0 ? { written: data!.written, parts } : undefined;
}
