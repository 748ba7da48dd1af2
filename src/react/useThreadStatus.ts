import type { FunctionArgs } from "convex/server";
import type { ThreadDoc } from "../types.js";
import { statusFlags, type ThreadStatusFlags } from "../follow/threadStatus.js";
import type { ThreadQuery } from "../follow/types.js";
import { useQueryResult } from "./useQueryResult.js";

export interface UseThreadStatusResult extends ThreadStatusFlags {
  /** Null while it loads, and where there is no such thread. */
  thread: ThreadDoc | null;
  isLoading: boolean;
  /** Why the query failed, when it did. */
  error: Error | undefined;
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
  const { value, error } = useQueryResult(query, args);
  const thread = value ?? null;
  return {
    thread,
    isLoading: args !== "skip" && value === undefined && !error,
    error,
    ...statusFlags(thread),
  };
}
