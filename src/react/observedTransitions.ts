import { describeThread } from "../../machines/describe.js";
import type { ThreadDoc } from "../types.js";

export type ThreadSnapshot = NonNullable<ThreadDoc["snapshot"]>;

/** A change of a thread's state, as this client saw it. */
export interface ObservedTransition {
  /** When it was seen, in milliseconds since the epoch, by this client's clock. */
  at: number;
  /** The state before, such as `running.queued`; null for the first one seen. */
  from: string | null;
  /** The state after. */
  to: string;
  snapshot: ThreadSnapshot;
}

/** What is shown of a thread's past. The oldest go first: a thread that works for days has no end of them. */
const MAX_TRANSITIONS = 200;

/** Adds the step to a snapshot, unless it is where the last one ended. */
export function withSnapshot(
  seen: ObservedTransition[],
  snapshot: ThreadSnapshot,
  at: number,
): ObservedTransition[] {
  const last = seen.at(-1);
  if (last && isSame(last.snapshot, snapshot)) return seen;
  const step = { at, from: last?.to ?? null, to: describeThread(snapshot).state, snapshot };
  return [...seen, step].slice(-MAX_TRANSITIONS);
}

/** Whether two snapshots stand for the same visit to the same state. */
function isSame(a: ThreadSnapshot, b: ThreadSnapshot): boolean {
  return (
    describeThread(a).state === describeThread(b).state &&
    (["generation", "turn", "attempt", "queued"] as const).every((key) => a.context[key] === b.context[key])
  );
}
