import type { SentFile } from "convex-durable-agents/react";
import { useCallback, useMemo, useSyncExternalStore } from "react";

/** What a person has typed and attached, and has not sent. */
export interface Draft {
  text: string;
  files: SentFile[];
}

interface Entry {
  draft: Draft;
  /** Sent, and neither taken nor refused yet. */
  sent: Draft[];
}

const NOTHING: Draft = { text: "", files: [] };
const STORAGE_KEY = "draft:";

const entries = new Map<string, Entry>();
const listeners = new Set<() => void>();

/** What is in the composer of a thread; the text of an earlier life of this page is still there. */
function read(key: string): Entry {
  const known = entries.get(key);
  if (known) return known;
  const entry = { draft: { ...NOTHING, text: sessionStorage.getItem(STORAGE_KEY + key) ?? "" }, sent: [] };
  entries.set(key, entry);
  return entry;
}

function write(key: string, entry: Entry): void {
  entries.set(key, entry);
  const { text } = joined([...entry.sent, entry.draft]);
  try {
    if (text === "") sessionStorage.removeItem(STORAGE_KEY + key);
    else sessionStorage.setItem(STORAGE_KEY + key, text);
  } catch {
    // It is larger than the browser keeps for a reload.
  }
  for (const listener of listeners) listener();
}

const joined = (drafts: Draft[]): Draft => ({
  text: drafts
    .map(({ text }) => text)
    .filter((text) => text !== "")
    .join("\n\n"),
  files: drafts.flatMap(({ files }) => files),
});

/** Takes a draft out of the composer, and puts it back, before what was typed since, unless it is taken. */
async function send(key: string, deliver: (draft: Draft) => Promise<boolean>): Promise<void> {
  const { draft, sent } = read(key);
  write(key, { draft: NOTHING, sent: [...sent, draft] });
  const isTaken = await deliver(draft);
  const now = read(key);
  write(key, {
    draft: isTaken ? now.draft : joined([draft, now.draft]),
    sent: now.sent.filter((one) => one !== draft),
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/**
 * The draft of a thread. It outlives a change of thread and, but for its files, a reload of the page.
 *
 * @param key - the thread's id, or the name of a place where a thread begins.
 */
export function useDraft(key: string) {
  const draft = useSyncExternalStore(
    subscribe,
    useCallback(() => read(key).draft, [key]),
  );
  const actions = useMemo(() => {
    const change = (next: (draft: Draft) => Draft) => {
      const entry = read(key);
      write(key, { ...entry, draft: next(entry.draft) });
    };
    return {
      type: (text: string) => change((draft) => ({ ...draft, text })),
      attach: (files: SentFile[]) => change((draft) => ({ ...draft, files: [...draft.files, ...files] })),
      detach: (index: number) => change((draft) => ({ ...draft, files: draft.files.toSpliced(index, 1) })),
      send: (deliver: (draft: Draft) => Promise<boolean>) => send(key, deliver),
    };
  }, [key]);
  return { ...draft, ...actions };
}
