import type { FunctionArgs } from "convex/server";
import type { ThreadDoc } from "../types.js";
import { statusFlags, type ThreadStatusFlags } from "../follow/threadStatus.js";
import type { ThreadQuery } from "../follow/types.js";
import { useQueryResult, type QueryState } from "./useQueryResult.js";

export interface UseThreadStatusResult extends ThreadStatusFlags, QueryState {
  /** Null while it loads, and if there is no such thread. */
  thread: ThreadDoc | null;
}

/**
 * Follows a thread's status.
 *
 * @param query - `api.chat.getThread`.
 * @param args - `{ threadId }`, or `"skip"` to follow nothing.
 * @example
 * const { status, isRunning } = useThreadStatus(api.chat.getThread, { threadId });
 */
export function useThreadStatus<Query extends ThreadQuery>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): UseThreadStatusResult {
  const { value, isLoading, error } = useQueryResult(query, args);
  const thread = value ?? null;
  return {
    thread,
    isLoading,
    error,
    ...statusFlags(thread),
  };
}
