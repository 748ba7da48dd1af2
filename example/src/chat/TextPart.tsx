import { useSmoothText } from "convex-durable-agents/react";
import { FormattedText } from "./FormattedText";

export function TextPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [visible, { isStreaming }] = useSmoothText(text);
  return (
    <div className="text" data-writing={isWriting || isStreaming || undefined}>
      <FormattedText text={visible} />
    </div>
  );
}
