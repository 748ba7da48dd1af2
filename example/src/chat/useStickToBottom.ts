import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Within this distance, in pixels, a reader counts as being at the end. */
const NEAR_END_PX = 48;

/**
 * Keeps a scroller at its end while it grows or is resized, unless the reader has scrolled up; then what is added above leaves
 * the reader's place where it is.
 *
 * @param first - what the scroller begins with: when it changes, something was added above.
 * @param content - all of it.
 * @returns a ref for the scroller, whether it is at its end, and a way to go there and stay.
 */
export function useStickToBottom(first: unknown, content: unknown) {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const fromEnd = useRef(0);
  const [isAtEnd, setIsAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    follows.current = true;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      fromEnd.current = element.scrollHeight - element.scrollTop;
      follows.current = fromEnd.current - element.clientHeight < NEAR_END_PX;
      setIsAtEnd(follows.current);
    };
    const onResize = () => {
      if (follows.current) toEnd();
      fromEnd.current = element.scrollHeight - element.scrollTop;
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    // Smooth text grows between two updates of the messages, and pictures and code after them.
    const grown = new MutationObserver(onResize);
    grown.observe(element, { childList: true, subtree: true, characterData: true });
    const resized = new ResizeObserver(onResize);
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      grown.disconnect();
      resized.disconnect();
    };
  }, [toEnd]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && !follows.current) element.scrollTop = element.scrollHeight - fromEnd.current;
  }, [first]);

  useLayoutEffect(() => {
    if (follows.current) toEnd();
  }, [content, toEnd]);

  return [scroller, isAtEnd, toEnd] as const;
}
