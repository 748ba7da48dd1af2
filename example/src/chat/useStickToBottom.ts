import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Within this distance, in pixels, a reader counts as being at the end. */
const NEAR_END_PX = 48;

/**
 * Keeps a scroller at its end while it grows, unless the reader has scrolled up.
 *
 * @returns a ref for the scroller, whether it is at its end, and a way to go there.
 */
export function useStickToBottom(content: unknown) {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [isAtEnd, setIsAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      setIsAtEnd(follows.current);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    // Smooth text grows between two updates of the messages.
    const grown = new MutationObserver(() => follows.current && toEnd());
    grown.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      element.removeEventListener("scroll", onScroll);
      grown.disconnect();
    };
  }, [toEnd]);

  useLayoutEffect(() => {
    if (follows.current) toEnd();
  }, [content, toEnd]);

  return [scroller, isAtEnd, toEnd] as const;
}
