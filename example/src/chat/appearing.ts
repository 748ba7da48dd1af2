import { useLayoutEffect, useSyncExternalStore } from "react";

/** How many texts have arrived that are not shown to their end yet. */
let appearing = 0;
const listeners = new Set<() => void>();

function add(count: number): void {
  appearing += count;
  for (const listener of listeners) listener();
}

/** Notes that a text is still about to appear, before the page is painted. */
export function useNoteAppearing(isAppearing: boolean): void {
  useLayoutEffect(() => {
    if (!isAppearing) return;
    add(1);
    return () => add(-1);
  }, [isAppearing]);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Whether some text is still about to appear: an answer is complete only when it is there to be read. */
export const useIsTextAppearing = (): boolean => useSyncExternalStore(subscribe, () => appearing > 0);
