import type { Cursor, MessageDoc, MessagesWithStreams } from "../types.js";

/**
 * The committed messages of a thread that a page shows: the newest ones, which the server keeps up to date, and
 * older pages as they were asked for. Values are replaced, never changed.
 */
export interface HistoryPages {
  /** The newest page; null while it loads. */
  newest: MessagesWithStreams | null;
  /** What has since slid out of the newest page, so that nothing that was shown goes away. */
  kept: MessageDoc[];
  /** Where the messages before `kept` end, or null when there are none. */
  tail: Cursor | null;
  /** The older pages that were asked for, newest first. */
  older: Cursor[];
}

export const NO_PAGES: HistoryPages = { newest: null, kept: [], tail: null, older: [] };

/** Takes in a new version of the newest page. */
export function withNewest(pages: HistoryPages, newest: MessagesWithStreams): HistoryPages {
  if (newest === pages.newest) return pages;
  const { kept, tail, older } = pages;
  const before = pages.newest?.messages ?? [];
  const ids = new Set(newest.messages.map(({ id }) => id));
  const stillThere = before.findIndex(({ id }) => ids.has(id));
  // More came at once than a page holds, or the thread is gone: what is between is unknown, so begin again.
  if (stillThere < 0) return { newest, kept: [], tail: newest.cursor, older: [] };
  const slid = before.slice(0, stillThere);
  if (slid.length > 0) return { newest, kept: [...kept, ...slid], tail, older };
  const moved = kept.length === 0 && older.length === 0;
  return { newest, kept, tail: moved ? newest.cursor : tail, older };
}

/** All messages, oldest first, each once. The newest page is the freshest, so its version of a message counts. */
export function mergePages(pages: HistoryPages, older: (MessagesWithStreams | undefined)[]): MessageDoc[] {
  const messages = new Map<string, MessageDoc>();
  for (const page of older.toReversed())
    for (const message of page?.messages ?? []) messages.set(message.id, message);
  for (const message of [...pages.kept, ...(pages.newest?.messages ?? [])]) messages.set(message.id, message);
  return [...messages.values()];
}
