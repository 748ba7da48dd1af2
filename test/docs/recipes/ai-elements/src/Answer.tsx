import { useSmoothText } from "convex-durable-agents/react";
import { Streamdown } from "streamdown";

/** The text of one part, as Markdown. While it streams, half a table or half a link is shown as what it becomes. */
export function Answer({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const [visibleText] = useSmoothText(text, { startStreaming: isStreaming });
  return (
    <Streamdown isAnimating={isStreaming} disallowedElements={["img"]}>
      {visibleText}
    </Streamdown>
  );
}
