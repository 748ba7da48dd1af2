import type { FunctionArgs } from "convex/server";
import { useMemo } from "react";
import type { DataPart, MessageDoc } from "../types.js";
import { foldMessages, withLiveStep } from "../follow/foldMessages.js";
import { streamDataSource } from "../follow/liveStream.js";
import { runningTurn } from "../follow/threadStatus.js";
import type {
  AgentMessage,
  AnyAgentMessage,
  MessagesWithStreamsQuery,
  ThreadArgs,
  ThreadQuery,
} from "../follow/types.js";
import { useDataParts } from "./useDataParts.js";
import { useLiveStep } from "./useLiveStep.js";
import { useTranscript } from "./useTranscript.js";
import { useThreadStatus, type UseThreadStatusResult } from "./useThreadStatus.js";

export interface UseThreadOptions {
  /** Show answers while they are streamed. Default: true. */
  stream?: boolean;
  /** How many committed messages a page has; each model call is one. Default: 50; at most 500. */
  pageSize?: number;
  /**
   * Called for each data part that arrives while it is written: for transient ones too, which no message has, and for each write to
   * one that is replaced. Default: nothing is called.
   */
  onData?: (part: DataPart) => void;
}

export interface UseThreadResult<
  Message extends AnyAgentMessage = AgentMessage,
> extends UseThreadStatusResult {
  /** Oldest first. The steps of a turn are one assistant's message; queued messages come last. */
  messages: Message[];
  /** There are older messages that `loadMore` loads. */
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Loads the next older page. */
  loadMore: () => void;
}

const DEFAULT_PAGE_SIZE = 50;
const NO_DOCS: MessageDoc[] = [];

/**
 * Follows a thread: its status and its messages, those that are being streamed among them.
 *
 * @param messagesQuery - `api.chat.listMessagesWithStreams`.
 * @param threadQuery - `api.chat.getThread`.
 * @param args - `{ threadId }`, or `"skip"` to follow nothing.
 * @example
 * const { messages, isRunning } = useThread(api.chat.listMessagesWithStreams, api.chat.getThread, { threadId });
 */
export function useThread<
  Query extends MessagesWithStreamsQuery,
  TQuery extends ThreadQuery,
  Message extends AnyAgentMessage = AgentMessage,
>(
  messagesQuery: Query,
  threadQuery: TQuery,
  args: (ThreadArgs<Query> & FunctionArgs<TQuery>) | "skip",
  { stream = true, pageSize = DEFAULT_PAGE_SIZE, onData }: UseThreadOptions = {},
): UseThreadResult<Message> {
  const status = useThreadStatus(threadQuery, args);
  const turn = runningTurn(status.thread);
  const { live, error } = useLiveStep(messagesQuery, stream ? args : "skip");
  const transcript = useTranscript(messagesQuery, args, {
    pageSize,
    stream,
    live,
    turn,
    revision: status.thread?.revision ?? 0,
  });
  const { step, hasMore, isLoadingMore, loadMore, toolData } = transcript;
  const sources = useMemo(() => [streamDataSource(live), ...toolData], [live, toolData]);
  useDataParts(sources, onData);
  // The transcript keeps what it has loaded, also of a thread that is deleted by now.
  const isDeleted = !status.isLoading && !status.thread && !status.error;
  const docs = isDeleted ? NO_DOCS : transcript.docs;

  const committed = useMemo(() => foldMessages(docs, turn), [docs, turn]);
  const messages = useMemo(() => withLiveStep(committed, docs, step), [committed, docs, step]);
  return {
    ...status,
    // Their types are the app's claim.
    messages: messages as AnyAgentMessage[] as Message[],
    isLoading: status.isLoading || transcript.isLoading,
    hasMore,
    isLoadingMore,
    loadMore,
    error: status.error ?? transcript.error ?? error,
  };
}
