import type { Transition, TransitionPage } from "../../types.js";

/** How many entries a page of the log has. */
export const PAGE = 100;

/** A page that is open for days starts over with the newest entries when it has read so many. */
const MOST_KEPT = 5_000;

/** A thread's log as far as it has been read: the newest entries, without gaps. */
export interface KnownLog {
  /** Newest first. */
  entries: readonly Transition[];
  /** The cursor of the page before them; null if there are no older ones. */
  older: string | null;
}

export const NOTHING_KNOWN: KnownLog = { entries: [], older: null };

/** Adds the newest page. If entries are missing between it and what was known, that is dropped: it can be read again. */
export function withNewest(known: KnownLog, { transitions, cursor }: TransitionPage): KnownLog {
  const page: KnownLog = { entries: transitions, older: cursor };
  const first = transitions.at(-1)?.seq;
  const last = known.entries[0]?.seq;
  if (first === undefined || last === undefined || first > last + 1) return page;
  const before = known.entries.filter(({ seq }) => seq < first);
  if (before.length === 0 || before.length > MOST_KEPT) return page;
  return { entries: [...transitions, ...before], older: known.older };
}

/** Adds the page that a cursor led to, unless another one was added since. */
export const withOlder = (
  known: KnownLog,
  read: string,
  { transitions, cursor }: TransitionPage,
): KnownLog =>
  known.older === read ? { entries: [...known.entries, ...transitions], older: cursor } : known;
