import type { FunctionArgs } from "convex/server";
import { useMemo } from "react";
import type { Transition } from "../types.js";
import type { TransitionsQuery } from "../follow/types.js";
import { useQueryResult } from "./useQueryResult.js";

export interface UseTransitionsResult {
  /** The newest transitions of the thread's log, oldest first; none where there is no log. */
  transitions: Transition[];
  isLoading: boolean;
  /** Why the query failed, when it did. */
  error: Error | undefined;
}

/**
 * Follows the log of a thread's transitions: unlike those that {@link useThreadMachine} saw, they are complete, and
 * reach back to before the page was opened.
 *
 * @param query - `api.chat.listTransitions`.
 * @param args - `{ threadId, limit? }`, or `"skip"` to follow nothing.
 * @example
 * const { transitions } = useTransitions(api.chat.listTransitions, { threadId, limit: 50 });
 */
export function useTransitions<Query extends TransitionsQuery>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): UseTransitionsResult {
  const { value, error } = useQueryResult(query, args);
  const transitions = useMemo(() => [...(value?.transitions ?? [])].reverse(), [value]);
  return { transitions, isLoading: args !== "skip" && value === undefined && !error, error };
}
