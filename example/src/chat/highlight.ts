import type rehypeHighlight from "rehype-highlight";
import { useEffect, useSyncExternalStore } from "react";

/** Colours code; loaded when the first code is shown, since it is as large as the rest of the page. */
let plugin: typeof rehypeHighlight | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

const load = () =>
  (loading ??= import("rehype-highlight").then((module) => {
    plugin = module.default;
    for (const listener of listeners) listener();
  }));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/**
 * What colours code, or null until it is there.
 *
 * @param isWanted - some code is shown: if it is not loaded yet, it is.
 */
export function useHighlight(isWanted: boolean): typeof rehypeHighlight | null {
  useEffect(() => {
    // Without it, code is readable all the same.
    if (isWanted) load().catch(() => (loading = null));
  }, [isWanted]);
  return useSyncExternalStore(subscribe, () => plugin);
}
