import type { FunctionArgs } from "convex/server";
import { useMemo } from "react";
import type { Transition } from "../types.js";
import type { TransitionsQuery } from "../follow/types.js";
import { useQueryResult, type QueryState } from "./useQueryResult.js";

export interface UseTransitionsResult extends QueryState {
  /** The newest transitions of the thread's log, oldest first; none if the agent keeps no log. */
  transitions: Transition[];
}

/**
 * Follows the log of a thread's transitions. Unlike the transitions of {@link useThreadMachine}, which a client observes, the
 * log is complete, and reaches back to before the page was opened.
 *
 * @param query - `api.chat.listTransitions`.
 * @param args - `{ threadId, limit? }`, or `"skip"` to follow nothing. `limit` defaults to 100, and is 500 at most.
 * @example
 * const { transitions } = useTransitions(api.chat.listTransitions, { threadId, limit: 50 });
 */
export function useTransitions<Query extends TransitionsQuery>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): UseTransitionsResult {
  const { value, isLoading, error } = useQueryResult(query, args);
  const transitions = useMemo(() => [...(value?.transitions ?? [])].reverse(), [value]);
  return { transitions, isLoading, error };
}
