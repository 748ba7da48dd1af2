import { useEffect, useState } from "react";

/** The time in milliseconds since the epoch, renewed each second while it is asked for. */
export function useNow(isShown = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isShown) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isShown]);
  return now;
}
