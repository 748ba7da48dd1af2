import { useSyncExternalStore } from "react";

let now = 0;

function tick(listener: () => void): () => void {
  const update = () => {
    now = Date.now();
    listener();
  };
  update();
  const timer = setInterval(update, 250);
  return () => clearInterval(timer);
}

const stand = () => () => {};

/** The time, in milliseconds since the epoch, four times a second while it matters. */
export const useNow = (matters: boolean): number => useSyncExternalStore(matters ? tick : stand, () => now);
