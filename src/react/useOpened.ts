import { useCallback, useEffect, useRef, useState } from "react";

interface Closable {
  close(): void;
}

/** Holds what takes a while to open, and closes it when another takes its place or the component is unmounted. */
export function useOpened<T extends Closable>(): [T | null, (opening: Promise<T>) => Promise<void>] {
  const [opened, setOpened] = useState<T | null>(null);
  const isMounted = useRef(false);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  useEffect(() => () => opened?.close(), [opened]);
  const hold = useCallback(async (opening: Promise<T>) => {
    const arrived = await opening;
    if (isMounted.current) setOpened(arrived);
    else arrived.close();
  }, []);
  return [opened, hold];
}
