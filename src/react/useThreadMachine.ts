import type { FunctionArgs } from "convex/server";
import { useCallback, useEffect, useState } from "react";
import { describeThread, type ThreadDescription } from "../../machines/describe.js";
import { ThreadInspection, type LoadInspector } from "./inspectThread.js";
import { withSnapshot, type ObservedTransition, type ThreadSnapshot } from "./observedTransitions.js";
import type { ThreadQuery } from "../follow/types.js";
import type { QueryState } from "./useQueryResult.js";
import { useOpened } from "./useOpened.js";
import { useThreadStatus } from "./useThreadStatus.js";

export interface UseThreadMachineResult extends QueryState {
  /** The machine's current snapshot. Null while it loads, and if there is no such thread. */
  snapshot: ThreadSnapshot | null;
  /** The state's path, such as `running.streaming`. */
  state: string | null;
  status: ThreadDescription["status"] | null;
  /** What has to happen for the thread to move on by itself. Null if it waits for its user. */
  waitsFor: string | null;
  /**
   * When that is due at the latest, in milliseconds since the epoch: the next attempt, or the watchdog's next check of the
   * stream handler, whose step is tried again if it died. Null if nothing is scheduled.
   */
  waitsUntil: number | null;
  /** The types of the events that the machine would accept now. */
  events: ThreadDescription["events"];
  /**
   * The transitions that this client has observed since it follows the thread, oldest first: the last 200 of them. A state
   * that the thread leaves before the next update reaches the client is not among them; `useTransitions` has them all.
   */
  transitions: ObservedTransition[];
  /**
   * Shows the thread in the Stately inspector, with the transitions observed so far, and keeps it up to date. Resolves once
   * the inspector is loaded; rejects if it cannot be loaded. Call it from a click: it opens a window.
   */
  inspect: (load: LoadInspector) => Promise<void>;
}

/**
 * Follows the state machine of a thread: its snapshot, what it waits for, and its transitions.
 *
 * @param query - `api.chat.getThread`.
 * @param args - `{ threadId }`, or `"skip"` to follow nothing.
 * @example
 * const { state, waitsFor, inspect } = useThreadMachine(api.chat.getThread, { threadId });
 * // The inspector is an optional dependency of the app, loaded when it is asked for.
 * const open = () => inspect(async () => (await import("@statelyai/inspect")).createBrowserInspector());
 */
export function useThreadMachine<Query extends ThreadQuery>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): UseThreadMachineResult {
  const { thread, isLoading, error } = useThreadStatus(
    query,
    args === "skip" ? args : { ...args, inspect: true },
  );
  const key = JSON.stringify(args);
  const [observed, setObserved] = useState<{ key: string; transitions: ObservedTransition[] }>(() =>
    noneObserved(key),
  );
  const snapshot = thread?.snapshot ?? null;

  useEffect(() => {
    if (!snapshot) return;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the history of what was rendered grows after each render
    setObserved((before) => {
      const { transitions } = before.key === key ? before : noneObserved(key);
      const now = withSnapshot(transitions, snapshot, Date.now());
      return now === before.transitions ? before : { key, transitions: now };
    });
  }, [key, snapshot]);

  const transitions = observed.key === key ? observed.transitions : NONE;
  const inspect = useInspection(thread?._id ?? null, transitions);
  return {
    snapshot,
    ...(snapshot ? describeThread(snapshot) : NOT_DESCRIBED),
    waitsUntil: thread?.waitsUntil ?? null,
    transitions,
    inspect,
    isLoading,
    error,
  };
}

const NOT_DESCRIBED = { state: null, status: null, waitsFor: null, events: [] };
const NONE: ObservedTransition[] = [];
const noneObserved = (key: string) => ({ key, transitions: NONE });

function useInspection(threadId: string | null, transitions: ObservedTransition[]) {
  const [inspection, hold] = useOpened<ThreadInspection>();
  useEffect(() => {
    if (threadId) inspection?.show(threadId, transitions);
  }, [inspection, threadId, transitions]);
  return useCallback((load: LoadInspector) => hold(ThreadInspection.open(load)), [hold]);
}
