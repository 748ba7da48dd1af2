/** A block of code of a page. */
export interface CodeBlock {
  language: string;
  /** The file that a first line such as `// convex/chat.ts` names; undefined if there is none. */
  file: string | undefined;
  /** The code without that line. */
  text: string;
}

/** The blocks of code of a page, or of a part of it. */
export const codeBlocks = (markdown: string): CodeBlock[] =>
  [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language, code]) => {
    const [, file, text] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(code!) ?? [];
    return { language: language!, file, text: text ?? code! };
  });

/** Whether a block is TypeScript. */
export const isTypeScript = ({ language }: CodeBlock): boolean => language === "ts" || language === "tsx";

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, "");

/** The targets of a page's links and pictures that are files, with the headings that they point to. */
export const links = (markdown: string): { target: string; heading: string }[] =>
  [...withoutCode(markdown).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, target, heading]) => ({ target: target!, heading: heading ?? "" }),
  );

/** The anchor of a heading, as GitHub and npm make it. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

/** The anchors of a page's headings. */
export const anchors = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, title]) => anchorOf(title!));
