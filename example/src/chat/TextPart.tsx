import { useSmoothText } from "convex-durable-agents/react";
import { FormattedText } from "./FormattedText";

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

export function TextPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [smooth, { isStreaming }] = useSmoothText(text);
  const isSmooth = !reducedMotion.matches;
  return (
    <div className="text" data-writing={isWriting || (isSmooth && isStreaming) || undefined}>
      <FormattedText text={isSmooth ? smooth : text} />
    </div>
  );
}
