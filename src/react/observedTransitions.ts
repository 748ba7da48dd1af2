import { describeThread } from "../../machines/describe.js";
import type { ThreadDoc } from "../types.js";

export type ThreadSnapshot = NonNullable<ThreadDoc["snapshot"]>;

/** A change of a thread's state that this client has observed. */
export interface ObservedTransition {
  /** When this client observed it, in milliseconds since the epoch by its own clock. */
  at: number;
  /** The state before, such as `running.queued`; null for the first one. */
  from: string | null;
  /** The state after. */
  to: string;
  snapshot: ThreadSnapshot;
}

/** How many transitions a client keeps: a thread that works for days has no end of them. */
const MAX_TRANSITIONS = 200;

/** Adds the transition to a snapshot, unless the last one led there. */
export function withSnapshot(
  observed: ObservedTransition[],
  snapshot: ThreadSnapshot,
  at: number,
): ObservedTransition[] {
  const last = observed.at(-1);
  const { state: to } = describeThread(snapshot);
  if (last?.to === to && isSameVisit(last.snapshot, snapshot)) return observed;
  return [...observed, { at, from: last?.to ?? null, to, snapshot }].slice(-MAX_TRANSITIONS);
}

/** Whether two snapshots of the same state are of the same visit to it. */
const isSameVisit = ({ context: a }: ThreadSnapshot, { context: b }: ThreadSnapshot): boolean =>
  (["generation", "turn", "attempt", "queued"] as const).every((key) => a[key] === b[key]);
