import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { MarkdownImage, MarkdownLink } from "./MarkdownLink";

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
  pre: ({ node: _node, ...props }) => <pre tabIndex={0} {...props} />,
  // The boxes of a list of tasks.
  input: ({ node: _node, ...props }) => <input aria-label={props.checked ? "Done" : "To do"} {...props} />,
  a: ({ node: _node, ...props }) => <MarkdownLink {...props} />,
  img: ({ node: _node, ...props }) => <MarkdownImage {...props} />,
};

const remarkPlugins = [remarkGfm];
const rehypePlugins = [rehypeDirections];

/** Markdown as the agent writes it. */
export const FormattedText = memo(function FormattedText({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components}>
      {text}
    </Markdown>
  );
});
