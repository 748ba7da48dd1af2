import { useRef, type ComponentProps, type ReactElement } from "react";
import { CopyButton } from "./CopyButton";

/** Code of an answer: with the name of its language, a button that copies it, and a scroller of its own. */
export function CodeBlock({ children, ...props }: ComponentProps<"pre">) {
  const pre = useRef<HTMLPreElement>(null);
  const { className = "" } = (children as ReactElement<{ className?: string }> | undefined)?.props ?? {};
  const language = /language-(\S+)/.exec(className)?.[1];
  return (
    <div className="code" dir="ltr">
      <div className="code-header">
        <span>{language ?? "text"}</span>
        <CopyButton what="code" textOf={() => pre.current!.textContent} />
      </div>
      <pre ref={pre} tabIndex={0} {...props}>
        {children}
      </pre>
    </div>
  );
}
