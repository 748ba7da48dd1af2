import type { Measurement } from "./measure.js";
import type { Workload } from "./workloads.js";

export type Count = keyof Measurement;

export const COUNTS: Record<Count, string> = {
  calls: "calls",
  documentsWritten: "documents written",
  bytesWritten: "bytes written",
  documentsRead: "documents read",
  bytesRead: "bytes read",
  clientBytes: "bytes to the client",
  actionSeconds: "seconds of actions",
};

/** How much more than the lower bound each count may be; nothing is demanded of the documents read. */
const FACTORS: Partial<Record<Count, number>> = {
  calls: 1.25,
  documentsWritten: 1.5,
  bytesWritten: 1.5,
  bytesRead: 1.5,
};

/** Goals of their own, for work with tools and for a long thread. They were set by what a prototype came to. */
const GOALS: Record<string, Partial<Record<Count, number>>> = {
  W2: {
    calls: 36,
    documentsWritten: 60,
    bytesWritten: 21_800,
    bytesRead: 30_000,
    clientBytes: 10_000,
  },
  W3: { calls: 158, bytesWritten: 97_000, bytesRead: 145_000 },
  W4: { documentsWritten: 10, bytesWritten: 2_450 },
  W5: {
    calls: 800,
    documentsWritten: 1_500,
    bytesWritten: 453_000,
    bytesRead: 598_000,
    clientBytes: 220_000,
  },
};

/** How many bytes a client may receive: of the answer's length, or of what the bound sends, or at all. */
const CLIENT_TARGETS: Record<string, { ofAnswer?: number; ofBound?: number; bytes?: number }> = {
  W1: { ofAnswer: 1.3 },
  W1r: { ofAnswer: 2.2 },
  W3: { ofBound: 2 },
  W4: { bytes: 2_000 },
};

/** The most that a count of ours may come to, and in words why; null where nothing is demanded. */
export function targetOf(
  count: Count,
  workload: Workload,
  bounds: { inOneAction: Measurement; bound: Measurement },
): { most: number; rule: string } | null {
  const goal = GOALS[workload.name]?.[count];
  if (goal !== undefined) return { most: goal, rule: "goal" };
  if (count !== "clientBytes") {
    const factor = FACTORS[count];
    return factor ? { most: factor * bounds.bound[count], rule: `${factor} x the bound` } : null;
  }
  const { ofAnswer, ofBound, bytes } = CLIENT_TARGETS[workload.name]!;
  if (ofAnswer) return { most: ofAnswer * workload.outcome.answer.length, rule: `${ofAnswer} x the answer` };
  if (ofBound)
    return { most: ofBound * bounds.inOneAction.clientBytes, rule: `${ofBound} x the bound in one action` };
  return { most: bytes!, rule: `${bytes! / 1000} kB` };
}
