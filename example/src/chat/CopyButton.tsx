import { useEffect, useState } from "react";

/** How long a button says that it has copied, in milliseconds. */
const SAYS_SO_MS = 2_000;

/** Copies a text, and says that it has. Browsers allow it on secure pages and localhost only. */
export function CopyButton({ what, textOf }: { what: string; textOf: () => string }) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), SAYS_SO_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  if (!("clipboard" in navigator)) return null;
  const copy = () =>
    navigator.clipboard.writeText(textOf()).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    );
  return (
    <button type="button" className="quiet copy" aria-live="polite" onClick={() => void copy()}>
      {isCopied ? "Copied" : "Copy"}
      <span className="visually-hidden"> {what}</span>
    </button>
  );
}
