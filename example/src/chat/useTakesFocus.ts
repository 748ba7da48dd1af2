import { useEffect, useRef } from "react";

const isTyping = (element: Element | null) =>
  (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && element.value !== "";

/** A ref for an element that takes the focus when it appears, unless somebody is typing. */
export function useTakesFocus<Focused extends HTMLElement>() {
  const ref = useRef<Focused>(null);
  useEffect(() => {
    if (!isTyping(document.activeElement)) ref.current?.focus();
  }, []);
  return ref;
}
