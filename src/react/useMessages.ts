import type { FunctionArgs } from "convex/server";
import { useMemo } from "react";
import type { MessageDoc, ThreadDoc } from "../types.js";
import { foldMessages } from "../follow/foldMessages.js";
import { runningTurn } from "../follow/threadStatus.js";
import type { AgentMessage, MessagesQuery, ThreadArgs, ThreadQuery } from "../follow/types.js";
import { useQueryResult, type QueryState } from "./useQueryResult.js";
import { useThreadStatus } from "./useThreadStatus.js";

const NO_MESSAGES: MessageDoc[] = [];

export interface UseMessagesResult extends QueryState {
  /** Oldest first. The steps of a turn are one assistant's message. */
  messages: AgentMessage[];
  /** Null while it loads, and if there is no such thread. */
  thread: ThreadDoc | null;
}

/**
 * Follows the newest committed messages of a thread, without streams and without older pages; `useThread` and
 * `useAgentChat` have both.
 *
 * @param query - `api.chat.listMessages`.
 * @param threadQuery - `api.chat.getThread`.
 * @param args - `{ threadId }`, or `"skip"` to follow nothing.
 * @example
 * const { messages, isLoading } = useMessages(api.chat.listMessages, api.chat.getThread, { threadId });
 */
export function useMessages<Query extends MessagesQuery, TQuery extends ThreadQuery>(
  query: Query,
  threadQuery: TQuery,
  args: (ThreadArgs<Query> & FunctionArgs<TQuery>) | "skip",
): UseMessagesResult {
  const status = useThreadStatus(threadQuery, args);
  const { value, isLoading, error } = useQueryResult(query, args);
  const docs = value ?? NO_MESSAGES;
  const turn = runningTurn(status.thread);
  return {
    messages: useMemo(() => foldMessages(docs, turn), [docs, turn]),
    isLoading: status.isLoading || isLoading,
    thread: status.thread,
    error: status.error ?? error,
  };
}
