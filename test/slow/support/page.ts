import { readFileSync } from "node:fs";

/** One thing that a reader does: type a command, or paste a file. */
export type Action = { command: string } | { file: string; text: string };

/** What the given sections of a Markdown file tell their reader to do, in their order. */
export function actions(markdown: string, sections: string[]): Action[] {
  const text = readFileSync(markdown, "utf8");
  return sections.flatMap((title) => {
    const section = text.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
    if (section === undefined) throw new Error(`${markdown} has no section "${title}".`);
    const blocks = section.matchAll(/^```(bash|tsx?)\n([\s\S]*?)^```/gm);
    return [...blocks].flatMap(([, language, code]) =>
      language === "bash" ? commands(code!) : [paste(code!)],
    );
  });
}

const commands = (code: string): Action[] =>
  code
    .trim()
    .split("\n")
    .map((command) => ({ command }));

function paste(code: string): Action {
  const [, file, text] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(code) ?? [];
  if (file === undefined) throw new Error(`A block does not name its file:\n${code}`);
  return { file, text: text! };
}
