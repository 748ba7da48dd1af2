import type { FunctionArgs } from "convex/server";
import { useCallback, useMemo, useState } from "react";
import type { Cursor, MessageDoc, StreamArgs } from "../types.js";
import { NO_STREAM, type LiveStream } from "../follow/liveStream.js";
import {
  isOptimistic,
  NO_TRANSCRIPT,
  pendingCalls,
  withPage,
  withTail,
  withToolCall,
  type Transcript,
} from "../follow/transcript.js";
import type { MessagesWithStreamsQuery, ThreadArgs } from "../follow/types.js";
import { useQueryResult, useQueryResults } from "./useQueryResult.js";

export interface CommittedMessages {
  /** Oldest first. */
  docs: MessageDoc[];
  isLoading: boolean;
  /** There are older messages that `loadMore` would load. */
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  error: Error | undefined;
}

interface Held {
  key: string;
  transcript: Transcript;
  /** The older page that was asked for and is not there yet. */
  asked: Cursor | null;
  /** Messages that were sent and are not confirmed yet. */
  optimistic: MessageDoc[];
  revision: number;
  /** What is shown while the thread is read anew. */
  outdated: MessageDoc[];
}

interface Following {
  pageSize: number;
  /** What was followed of the answer that streams; null: streams are not followed. */
  live: LiveStream | null;
  /** The thread's: when it changes, messages were taken out, and what is there is read anew. */
  revision: number;
}

/**
 * Follows a thread's committed messages: a page when it opens, older pages as they are asked for, and then only what
 * is new. Each tool call without an outcome is followed by itself until it has one.
 */
export function useTranscript<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
  { pageSize, live, revision }: Following,
): CommittedMessages {
  const ask = (more: object) => ({ ...(args as object), ...more }) as FunctionArgs<Query>;
  const follow = (streamArgs: StreamArgs) => ask({ streamArgs });
  const key = JSON.stringify(args);
  const [held, hold] = useState<Held>(() => nothing(key, revision));
  const now = held.key === key ? readAnew(held, revision) : nothing(key, revision);
  const { newest, whole } = now.transcript;
  const isOpen = args !== "skip";

  const first = useQueryResult(query, isOpen && newest === null ? ask({ limit: pageSize }) : "skip");
  const older = useQueryResult(query, now.asked ? ask({ limit: pageSize, cursor: now.asked }) : "skip");
  const tail = useQueryResult(
    query,
    isOpen && newest !== null
      ? follow({ kind: "messages", after: newest, ...((whole || !live) && { whole: true }) })
      : "skip",
  );
  const places = useMemo(() => pendingCalls(now.transcript.docs), [now.transcript.docs]);
  const calls = useQueryResults(
    query,
    isOpen ? places.map((place) => follow({ kind: "toolCall", ...place })) : [],
  );

  // Derived from what came in and what was before, while rendering: no render shows a state in between.
  const next = { ...now };
  if (first.value) next.transcript = withPage(next.transcript, first.value);
  if (older.value && now.asked) {
    next.transcript = withPage(next.transcript, older.value);
    next.asked = null;
  }
  places.forEach((place, index) => {
    const fields = calls[index]?.value?.toolCall;
    if (fields) next.transcript = withToolCall(next.transcript, place, fields);
  });
  if (tail.value) {
    next.transcript = withTail(next.transcript, tail.value, live ?? NO_STREAM);
    next.optimistic = optimisticOf(tail.value.messages, now.optimistic);
  }
  const changed = (Object.keys(next) as (keyof Held)[]).some((name) => next[name] !== held[name]);
  if (changed) hold(next);

  const { oldest } = next.transcript;
  const docs = next.transcript.newest === null ? next.outdated : next.transcript.docs;
  const loadMore = useCallback(() => {
    if (oldest) hold((before) => (before.key === key ? { ...before, asked: oldest } : before));
  }, [key, oldest]);
  return {
    docs: useMemo(() => [...docs, ...next.optimistic], [docs, next.optimistic]),
    isLoading: isOpen && next.transcript.newest === null && docs.length === 0 && !first.error,
    hasMore: oldest !== null,
    isLoadingMore: next.asked !== null && !older.error,
    loadMore,
    error: first.error ?? tail.error ?? older.error ?? calls.find(({ error }) => error)?.error,
  };
}

const NONE: MessageDoc[] = [];
const nothing = (key: string, revision: number): Held => ({
  key,
  revision,
  transcript: NO_TRANSCRIPT,
  asked: null,
  optimistic: NONE,
  outdated: NONE,
});

/** Begins again when messages were taken out of the thread. What was shown stays until the first page is there. */
function readAnew(held: Held, revision: number): Held {
  if (held.revision === revision) return held;
  return { ...nothing(held.key, revision), outdated: held.transcript.docs };
}

/** Keeps the list that was there when it says the same. */
function optimisticOf(messages: MessageDoc[] = NONE, before: MessageDoc[]): MessageDoc[] {
  const sent = messages.filter(isOptimistic);
  if (sent.length === 0) return NONE;
  const isSame = sent.length === before.length && sent.every((message, i) => message.id === before[i]!.id);
  return isSame ? before : sent;
}
