import { useEffect, useState } from "react";

export interface UseSmoothTextOptions {
  /** How fast text appears, in characters a second. Default: 128. */
  charsPerSec?: number;
  /** Animate the first text as well, from nothing. Default: false. */
  startStreaming?: boolean;
}

/** Text is shown within about this time after it arrived, in milliseconds, however much it is. */
const CATCH_UP_MS = 1_000;

/**
 * Animates text that arrives in pieces, so that it appears evenly. The first text is shown at once, unless `startStreaming`
 * is set; later text appears at `charsPerSec`, and faster if much has arrived. All text is shown at once to people who
 * ask their system for reduced motion.
 *
 * @param text - all of the text so far.
 * @returns the text to show, how many characters of `text` it has, and whether more of it is about to appear.
 * @example
 * const [visibleText, { isStreaming }] = useSmoothText(part.text);
 */
export function useSmoothText(
  text: string,
  { charsPerSec = 128, startStreaming = false }: UseSmoothTextOptions = {},
): [visibleText: string, info: { cursor: number; isStreaming: boolean }] {
  const [state, setState] = useState({ text, shown: startStreaming ? 0 : text.length });
  let shown = state.shown;
  if (state.text !== text) {
    // Text that was replaced, not continued, is shown from where it differs.
    shown = Math.min(shown, commonPrefix(state.text, text));
    setState({ text, shown });
  }
  const cursor = isMotionReduced() ? text.length : wholeCharacter(text, Math.floor(shown));
  const isStreaming = cursor < text.length;

  useEffect(() => {
    if (!isStreaming) return;
    let last: number | undefined;
    let frame = requestAnimationFrame(function appear(now) {
      const elapsedMs = now - (last ?? now);
      last = now;
      setState((current) => {
        const left = current.text.length - current.shown;
        const step = Math.max((charsPerSec * elapsedMs) / 1_000, (left * elapsedMs) / CATCH_UP_MS);
        return { ...current, shown: Math.min(current.text.length, current.shown + step) };
      });
      frame = requestAnimationFrame(appear);
    });
    return () => cancelAnimationFrame(frame);
  }, [isStreaming, charsPerSec]);

  return [text.slice(0, cursor), { cursor, isStreaming }];
}

const isMotionReduced = (): boolean =>
  typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;

function commonPrefix(before: string, after: string): number {
  if (after.startsWith(before)) return before.length;
  let length = 0;
  while (length < before.length && before[length] === after[length]) length++;
  return length;
}

/** Does not cut between the halves of a surrogate pair. */
function wholeCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return end < text.length && code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
}
