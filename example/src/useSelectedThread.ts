import { useCallback, useSyncExternalStore } from "react";

/** The open thread is part of the address, so that reload, back and links work. */
const PREFIX = "#/thread/";

const read = () => {
  const { hash } = window.location;
  return hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null;
};

const subscribe = (onChange: () => void) => {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
};

/** The id of the open thread, or null for a new chat, and a way to open another. */
export function useSelectedThread(): [string | null, (threadId: string | null) => void] {
  const threadId = useSyncExternalStore(subscribe, read);
  const select = useCallback((next: string | null) => {
    window.location.hash = next === null ? "#/" : PREFIX + encodeURIComponent(next);
  }, []);
  return [threadId, select];
}
