import { useSmoothText } from "convex-durable-agents/react";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";

const plugins = [remarkGfm];
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

export function TextPart({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [smooth, { isStreaming }] = useSmoothText(text);
  return (
    <div className="text" data-writing={isWriting || isStreaming || undefined}>
      <Markdown remarkPlugins={plugins}>{reducedMotion.matches ? text : smooth}</Markdown>
    </div>
  );
}
