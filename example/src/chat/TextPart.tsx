import { useSmoothText } from "convex-durable-agents/react";
import { useNoteAppearing } from "./appearing";
import { FormattedText } from "./FormattedText";

export function TextPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [visible, { isStreaming }] = useSmoothText(text);
  useNoteAppearing(isStreaming);
  return (
    <div className="text" data-writing={isWriting || isStreaming || undefined}>
      <FormattedText text={visible} />
    </div>
  );
}
