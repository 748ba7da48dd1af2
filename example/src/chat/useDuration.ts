import { useEffect, useState } from "react";

/**
 * How long something takes, in milliseconds, as this page sees it: counted while it goes on, and kept afterwards. Null for
 * what was over before the page saw it.
 */
export function useDuration(goesOn: boolean): number | null {
  const [duration, setDuration] = useState<number | null>(null);
  useEffect(() => {
    if (!goesOn) return;
    const begun = performance.now();
    const measure = () => setDuration(performance.now() - begun);
    const timer = setInterval(measure, 250);
    return () => {
      clearInterval(timer);
      measure();
    };
  }, [goesOn]);
  return duration;
}

/** A duration in words, such as `0.4 s` or `2 min 5 s`. */
export function inWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
