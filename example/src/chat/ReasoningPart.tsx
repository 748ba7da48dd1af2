import { useState } from "react";
import { inWords, useDuration } from "./useDuration";

/** Open while the model thinks, and folded afterwards: most readers want the answer then. */
export function ReasoningPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [choice, setChoice] = useState<boolean | null>(null);
  const duration = useDuration(isWriting);
  const isOpen = choice ?? isWriting;
  return (
    <details className="reasoning" open={isOpen}>
      <summary
        onClick={(event) => {
          event.preventDefault();
          setChoice(!isOpen);
        }}
      >
        {isWriting ? "Thinking…" : duration === null ? "Reasoning" : `Thought for ${inWords(duration)}`}
      </summary>
      <p dir="auto">{text}</p>
    </details>
  );
}
