import { useQueryResults } from "../react/useQueryResult.js";
import type { Explanation, ThreadDoc, ThreadStatus } from "../types.js";
import { isMissing, NO_QUERY, type OverviewFunctions } from "./functions.js";

/** The order in which statuses are shown: what goes on, what needs somebody, what is done. */
const STATUSES: ThreadStatus[] = ["streaming", "awaiting_tool_results", "failed", "stopped", "completed"];

/** The threads of a status, as far as they were looked at. */
export interface StatusGroup {
  status: ThreadStatus;
  /** The most recently active first. */
  threads: ThreadDoc[];
  /** Whether there may be more than were looked at. */
  more: boolean;
}

/** A thread that is under way, and what it waits for. */
export interface WaitingThread {
  thread: ThreadDoc;
  /** Null while it loads, and where the app does not explain threads. */
  explanation: Explanation | null;
  /** Since when it is in its state, by the log; null where that does not say. */
  since: number | null;
}

export interface Threads {
  isLoading: boolean;
  error: Error | undefined;
  groups: StatusGroup[];
  /** Those under way that were looked at closely, the longest waiting first. */
  waiting: WaitingThread[];
  /** How many of those under way were not. */
  notExplained: number;
}

/** Which threads are looked at. */
interface Bounds {
  /** Those of all users, if the caller may inspect them. */
  allOwners: boolean;
  /** How many threads of each status are looked at. */
  limit: number;
  /** How many of those that are under way are asked what they wait for. */
  explained: number;
}

/** Follows an app's threads by one bounded query a status, and one for each of the first that are under way. */
export function useThreads(api: OverviewFunctions, { allOwners, limit, explained }: Bounds): Threads {
  const lists = useQueryResults(
    api.listThreads,
    // An app's own function need not know the argument.
    STATUSES.map((status) => ({ status, limit, ...(allOwners && { allOwners }) })),
  );
  const groups = STATUSES.map((status, index): StatusGroup => {
    const threads = lists[index]?.value ?? [];
    return { status, threads, more: threads.length >= limit };
  });
  // Lists begin with the most recently active: those that wait longest are at their ends.
  const underWay = groups
    .filter(({ status }) => status === "streaming" || status === "awaiting_tool_results")
    .flatMap(({ threads }) => threads.toReversed());
  const asked = underWay.slice(0, explained);
  const explanations = useQueryResults(
    api.explainThread ?? NO_QUERY,
    api.explainThread ? asked.map(({ _id: threadId }) => ({ threadId })) : [],
  ) as { value: Explanation | null | undefined; error: Error | undefined }[];
  const waiting = asked.map((thread, index): WaitingThread => {
    const explanation = explanations[index]?.value ?? null;
    return { thread, explanation, since: explanation?.transitions[0]?.at ?? null };
  });
  return {
    isLoading: lists.some(({ value, error }) => value === undefined && !error),
    error: [...lists, ...explanations].map(({ error }) => error).find((error) => error && !isMissing(error)),
    groups,
    waiting: waiting.toSorted((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity)),
    notExplained: underWay.length - asked.length,
  };
}
