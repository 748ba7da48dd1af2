/** Folded: most readers want the answer. */
export function ReasoningPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  return (
    <details className="reasoning">
      <summary>{isWriting ? "Thinking…" : "Reasoning"}</summary>
      <p dir="auto">{text}</p>
    </details>
  );
}
