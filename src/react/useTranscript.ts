import type { FunctionArgs } from "convex/server";
import { useCallback, useMemo, useState } from "react";
import type { Cursor, MessageDoc, StreamArgs } from "../types.js";
import { dataOf, toolDataSource, type DataSource } from "../follow/dataReader.js";
import { shownStep, type LiveStream } from "../follow/liveStream.js";
import {
  isOptimistic,
  NO_TRANSCRIPT,
  pendingCalls,
  withAnswer,
  type Transcript,
} from "../follow/transcript.js";
import type { LiveStep, MessagesWithStreamsQuery, ThreadArgs } from "../follow/types.js";
import { useQueryResult, useQueryResults, type QueryState } from "./useQueryResult.js";

export interface CommittedMessages extends QueryState {
  /** Oldest first. */
  docs: MessageDoc[];
  /** There are older messages that `loadMore` loads. */
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  /** The step to show after them: the one that streams, or whose message has not arrived yet. */
  step: LiveStep | null;
  /** The data parts that running tools have written. */
  toolData: DataSource[];
}

interface State {
  key: string;
  transcript: Transcript;
  /** The older page that is being loaded. */
  loading: Cursor | null;
  /** Messages that were sent and are not confirmed yet. */
  optimistic: MessageDoc[];
  revision: number;
  /** What is shown while the thread is reloaded. */
  outdated: MessageDoc[];
  step: LiveStep | null;
}

interface TranscriptOptions {
  pageSize: number;
  /** Whether streams are followed. */
  stream: boolean;
  /** What was followed of the answer that streams. */
  live: LiveStream;
  /** The turn that runs; null if none does. */
  turn: number | null;
  /** The thread's: when it changes, messages were deleted, and the transcript is reloaded. */
  revision: number;
}

/**
 * Follows a thread's committed messages: a page when it opens, older pages on demand, and then only what is new. Each tool
 * call without an outcome is followed by itself until it has one.
 */
export function useTranscript<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
  { pageSize, stream, live, turn, revision }: TranscriptOptions,
): CommittedMessages {
  const withArgs = (more: object) => ({ ...(args as object), ...more }) as FunctionArgs<Query>;
  const following = (streamArgs: StreamArgs) => withArgs({ streamArgs });
  const key = JSON.stringify(args);
  const [state, setState] = useState<State>(() => initialState(key, revision));
  const current = state.key === key ? reloaded(state, revision) : initialState(key, revision);
  const { newest, whole } = current.transcript;
  const isOpen = args !== "skip";

  const first = useQueryResult(query, isOpen && newest === null ? withArgs({ limit: pageSize }) : "skip");
  const older = useQueryResult(
    query,
    current.loading ? withArgs({ limit: pageSize, cursor: current.loading }) : "skip",
  );
  const tail = useQueryResult(
    query,
    isOpen && newest !== null
      ? following({ kind: "messages", after: newest, ...((whole || !stream) && { whole: true }) })
      : "skip",
  );
  const places = useMemo(() => pendingCalls(current.transcript.docs), [current.transcript.docs]);
  const calls = useQueryResults(
    query,
    isOpen ? places.map((place) => following({ kind: "toolCall", ...place })) : [],
  );

  // Derived from what came in and what was before, while rendering: no render shows a state in between.
  const next = { ...current };
  if (first.value) next.transcript = withAnswer(next.transcript, first.value);
  if (older.value && current.loading) {
    next.transcript = withAnswer(next.transcript, older.value);
    next.loading = null;
  }
  places.forEach((call, index) => {
    const answer = calls[index]?.value;
    if (answer) next.transcript = withAnswer(next.transcript, answer, { call });
  });
  if (tail.value) {
    next.transcript = withAnswer(next.transcript, tail.value, { live });
    next.optimistic = optimisticOf(tail.value.messages, current.optimistic);
  }
  const isRead = first.value || (tail.value && (whole || !next.transcript.whole));
  next.step = shownStep(isRead ? null : current.step, live, turn);
  const isChanged = (Object.keys(next) as (keyof State)[]).some((name) => next[name] !== state[name]);
  if (isChanged) setState(next);

  const toolData = useMemo(
    () =>
      places.map((place, index) =>
        toolDataSource(`${key} ${JSON.stringify(place)}`, dataOf(calls[index]?.value)),
      ),
    [key, places, calls],
  );

  const { oldest } = next.transcript;
  const docs = next.transcript.newest === null ? next.outdated : next.transcript.docs;
  const loadMore = useCallback(() => {
    if (oldest) setState((before) => (before.key === key ? { ...before, loading: oldest } : before));
  }, [key, oldest]);
  return {
    docs: useMemo(() => [...docs, ...next.optimistic], [docs, next.optimistic]),
    isLoading: isOpen && next.transcript.newest === null && docs.length === 0 && !first.error,
    hasMore: oldest !== null,
    isLoadingMore: next.loading !== null && !older.error,
    loadMore,
    step: next.step,
    toolData,
    error: [first, tail, older, ...calls].find(({ error }) => error)?.error,
  };
}

const NONE: MessageDoc[] = [];
const initialState = (key: string, revision: number): State => ({
  key,
  revision,
  transcript: NO_TRANSCRIPT,
  loading: null,
  optimistic: NONE,
  outdated: NONE,
  step: null,
});

/** Reloads the thread if messages were deleted. What was shown stays until the first page arrives. */
function reloaded(state: State, revision: number): State {
  if (state.revision === revision) return state;
  return { ...initialState(state.key, revision), outdated: state.transcript.docs, step: state.step };
}

/** The optimistic messages of an answer; the same list as before if they are the same messages. */
function optimisticOf(messages: MessageDoc[] = NONE, before: MessageDoc[]): MessageDoc[] {
  const sent = messages.filter(isOptimistic);
  if (sent.length === 0) return NONE;
  const isSame = sent.length === before.length && sent.every((message, i) => message.id === before[i]!.id);
  return isSame ? before : sent;
}
