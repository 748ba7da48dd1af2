import type { FunctionArgs } from "convex/server";
import { useCallback, useMemo, useState } from "react";
import type { MessageDoc } from "../types.js";
import { mergePages, NO_PAGES, withNewest } from "./historyPages.js";
import type { MessagesWithStreamsQuery, ThreadArgs } from "./types.js";
import { useQueryResult, useQueryResults } from "./useQueryResult.js";

export interface History {
  /** Committed messages, oldest first. */
  docs: MessageDoc[];
  isLoading: boolean;
  /** There are older messages that `loadMore` would load. */
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  error: Error | undefined;
}

/** Follows a thread's committed messages page by page. Streams are not among them. */
export function useHistory<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
  pageSize: number,
): History {
  const page = (more: object) => ({ ...(args as object), limit: pageSize, ...more }) as FunctionArgs<Query>;
  const newest = useQueryResult(query, args === "skip" ? "skip" : page({}));
  const key = JSON.stringify([args, pageSize]);
  const [held, hold] = useState({ key, pages: NO_PAGES });

  // Derived from what came in and what was before, while rendering: no render shows a state in between.
  const previous = held.key === key ? held.pages : NO_PAGES;
  const value = newest.value;
  const pages = value ? withNewest(previous, value) : previous;
  if (pages !== held.pages) hold({ key, pages });

  const older = useQueryResults(
    query,
    pages.older.map((cursor) => page({ cursor })),
  );
  const last = older.length === 0 ? pages.tail : older.at(-1)?.value?.cursor;
  const loadMore = useCallback(() => {
    if (!last) return;
    hold((now) => {
      const isAsked = now.key !== key || now.pages.older.includes(last);
      return isAsked ? now : { key, pages: { ...now.pages, older: [...now.pages.older, last] } };
    });
  }, [key, last]);

  return {
    docs: useMemo(
      () =>
        mergePages(
          pages,
          older.map(({ value }) => value),
        ),
      [pages, older],
    ),
    isLoading: args !== "skip" && pages.newest === null && !newest.error,
    hasMore: Boolean(last),
    isLoadingMore: older.length > 0 && last === undefined && !older.at(-1)?.error,
    loadMore,
    error: newest.error ?? older.find(({ error }) => error)?.error,
  };
}
