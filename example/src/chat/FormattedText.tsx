import { memo, useState } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import remend from "remend";
import { NO_BLOCKS, splitBlocks } from "./blocks";
import { CodeBlock } from "./CodeBlock";
import { useHighlight } from "./highlight";
import { MarkdownImage, MarkdownLink } from "./MarkdownLink";

/** Code that is longer is not coloured while it is written, and code that is much longer is not at all. */
const COLOURED_WHILE_WRITTEN = 4_000;
const COLOURED = 50_000;

/** Each block is written in the direction of its own first word, and code from left to right. */
function rehypeDirections() {
  return (root: { children: { tagName?: string; properties?: Record<string, unknown> }[] }) => {
    for (const { tagName, properties } of root.children)
      if (properties) properties.dir = tagName === "pre" ? "ltr" : "auto";
  };
}

/** What can be wider than the page scrolls by itself, with the keyboard, too. */
const components: Components = {
  table: ({ node: _node, ...props }) => (
    <div className="wide" role="group" aria-label="Table" tabIndex={0}>
      <table {...props} />
    </div>
  ),
  pre: ({ node: _node, ...props }) => <CodeBlock {...props} />,
  // The boxes of a list of tasks.
  input: ({ node: _node, ...props }) => <input aria-label={props.checked ? "Done" : "To do"} {...props} />,
  a: ({ node: _node, ...props }) => <MarkdownLink {...props} />,
  img: ({ node: _node, ...props }) => <MarkdownImage {...props} />,
};

const remarkPlugins = [remarkGfm];

/** Markdown as the agent writes it, block by block: what is written already is not read again with each word. */
export default function FormattedText({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [split, setSplit] = useState(NO_BLOCKS);
  const current = split.text === text ? split : splitBlocks(text, split);
  if (current !== split) setSplit(current);
  const { blocks } = current;
  return blocks.map((block, index) => (
    <Block key={index} text={block} isWriting={isWriting && index === blocks.length - 1} />
  ));
}

const Block = memo(function Block({ text, isWriting }: { text: string; isWriting: boolean }) {
  const hasCode = /^ {0,3}(```|~~~)/m.test(text);
  const highlight = useHighlight(hasCode);
  const isColoured = hasCode && text.length < (isWriting ? COLOURED_WHILE_WRITTEN : COLOURED);
  return (
    <Markdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={highlight && isColoured ? [rehypeDirections, highlight] : [rehypeDirections]}
      components={components}
    >
      {isWriting ? remend(text) : text}
    </Markdown>
  );
});
