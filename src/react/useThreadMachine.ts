import type { FunctionArgs } from "convex/server";
import { useCallback, useEffect, useRef, useState } from "react";
import { describeThread, type ThreadDescription } from "../../machines/describe.js";
import { ThreadInspection, type LoadInspector } from "./inspectThread.js";
import { withSnapshot, type ObservedTransition, type ThreadSnapshot } from "./observedTransitions.js";
import type { ThreadQuery } from "../follow/types.js";
import { useThreadStatus } from "./useThreadStatus.js";

export interface UseThreadMachineResult {
  /** The machine's live snapshot; null while it loads, and where there is no thread. */
  snapshot: ThreadSnapshot | null;
  /** The state's path, such as `running.streaming`. */
  state: string | null;
  status: ThreadDescription["status"] | null;
  /** What has to happen for the thread to move on by itself; null when it waits for its user. */
  waitsFor: string | null;
  /**
   * When that is due at the latest, in milliseconds since the epoch: the next attempt, or the watchdog's next look
   * at a stream handler, which begins its step anew if it died. Null where nothing is scheduled.
   */
  waitsUntil: number | null;
  /** The events that would be accepted now. */
  events: ThreadDescription["events"];
  /**
   * The transitions that this client saw since it follows the thread, oldest first, the last 200 of them. A
   * transition that is over before the next update reaches the client is not among them.
   */
  transitions: ObservedTransition[];
  /**
   * Shows the thread in the Stately inspector, with the transitions seen so far, and keeps it up to date.
   * Resolves once the inspector is loaded; rejects when it cannot be. Call it from a click: it opens a window.
   */
  inspect: (load: LoadInspector) => Promise<void>;
  isLoading: boolean;
  /** Why the query failed, when it did. */
  error: Error | undefined;
}

/**
 * Follows the state machine of a thread.
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
  const [seen, setSeen] = useState<{ key: string; transitions: ObservedTransition[] }>(() =>
    nothingSeen(key),
  );
  const snapshot = thread?.snapshot ?? null;

  useEffect(() => {
    if (!snapshot) return;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- a history of what was rendered is made after rendering
    setSeen((before) => {
      const { transitions } = before.key === key ? before : nothingSeen(key);
      const now = withSnapshot(transitions, snapshot, Date.now());
      return now === before.transitions ? before : { key, transitions: now };
    });
  }, [key, snapshot]);

  const transitions = seen.key === key ? seen.transitions : NONE;
  const inspect = useInspection(thread?._id ?? null, transitions);
  const description = snapshot && describeThread(snapshot);
  return {
    snapshot,
    state: description?.state ?? null,
    status: description?.status ?? null,
    waitsFor: description?.waitsFor ?? null,
    waitsUntil: thread?.waitsUntil ?? null,
    events: description?.events ?? [],
    transitions,
    inspect,
    isLoading,
    error,
  };
}

const NONE: ObservedTransition[] = [];
const nothingSeen = (key: string) => ({ key, transitions: NONE });

function useInspection(threadId: string | null, transitions: ObservedTransition[]) {
  const [inspection, setInspection] = useState<ThreadInspection | null>(null);
  const isMounted = useRef(false);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  useEffect(() => () => inspection?.close(), [inspection]);
  useEffect(() => {
    if (threadId) inspection?.show(threadId, transitions);
  }, [inspection, threadId, transitions]);
  return useCallback(async (load: LoadInspector) => {
    const opened = await ThreadInspection.open(load);
    if (isMounted.current) setInspection(opened);
    else opened.close();
  }, []);
}
