import { useEffect, useState } from "react";

export interface UseSmoothTextOptions {
  /** How fast text appears, in characters a second, when it comes no faster; 128 unless told. */
  charsPerSec?: number;
  /** Begin with no text at all and let the first one appear gradually; false unless told. */
  startStreaming?: boolean;
}

/** However much has arrived, it is shown within about this time, in milliseconds. */
const CATCH_UP_MS = 1_000;

/**
 * Lets text that arrives in lumps appear evenly. Text that is there at first is shown at once, unless
 * `startStreaming` is set; what comes later appears at `charsPerSec`, faster when much has arrived.
 *
 * @param text - all of the text so far.
 * @returns the text to show, how many characters it has, and whether more of it is about to appear.
 * @example
 * const [visibleText, { isStreaming }] = useSmoothText(part.text);
 */
export function useSmoothText(
  text: string,
  { charsPerSec = 128, startStreaming = false }: UseSmoothTextOptions = {},
): [visibleText: string, info: { cursor: number; isStreaming: boolean }] {
  const [held, hold] = useState({ text, shown: startStreaming ? 0 : text.length });
  let shown = held.shown;
  if (held.text !== text) {
    // Text that was replaced, not continued, is shown from where it differs.
    shown = Math.min(shown, commonPrefix(held.text, text));
    hold({ text, shown });
  }
  const cursor = wholeCharacter(text, Math.floor(shown));
  const isStreaming = cursor < text.length;

  useEffect(() => {
    if (!isStreaming) return;
    let last: number | undefined;
    let frame = requestAnimationFrame(function appear(now) {
      const elapsedMs = now - (last ?? now);
      last = now;
      hold((current) => {
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
