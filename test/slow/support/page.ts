import { readFileSync } from "node:fs";
import { codeBlocks, isTypeScript, type CodeBlock } from "../../support/markdown.js";

/** One thing that a reader does: type a command, or paste a file. */
export type Action = { command: string } | { file: string; text: string };

/** What the given sections of a Markdown file tell their reader to do, in their order. */
export function actions(markdown: string, sections: string[]): Action[] {
  const text = readFileSync(markdown, "utf8");
  return sections.flatMap((title) => {
    const section = text.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
    if (section === undefined) throw new Error(`${markdown} has no section "${title}".`);
    return codeBlocks(section).flatMap((block) => {
      if (block.language === "bash") return commands(block.text);
      return isTypeScript(block) ? [paste(block)] : [];
    });
  });
}

const commands = (code: string): Action[] =>
  code
    .trim()
    .split("\n")
    .map((command) => ({ command }));

function paste({ file, text }: CodeBlock): Action {
  if (file === undefined) throw new Error(`A block does not name its file:\n${text}`);
  return { file, text };
}
