import { describe, expect, test } from "vitest";
import { codeBlocks, isTypeScript, type CodeBlock } from "../support/markdown.js";

/** The pages whose code can be pasted. The tutorial has a test of its own, which follows it from file to file. */
const pages = import.meta.glob<string>(
  ["../../docs/{start,guide,concepts,recipes}/*.md", "!**/tutorial.md"],
  { query: "?raw", import: "default", eager: true },
);

/** What is compiled: the app of all pages, and those of recipes that need more packages. */
const files = import.meta.glob<string>(
  ["./{app,recipes/*}/**/*.{ts,tsx}", "!**/{_generated,apps,tests}/**", "!**/*.d.ts"],
  {
    query: "?raw",
    import: "default",
    eager: true,
  },
);

/** The code blocks of a page that are TypeScript. */
const blocksOf = (page: string): CodeBlock[] => codeBlocks(pages[page]!).filter(isTypeScript);

/** The path of the file that a block of a page shows: one of the page's recipe, or else of the app. */
function pathOf(page: string, file: string): string {
  const ofRecipe = `./recipes/${/\/recipes\/(.+)\.md$/.exec(page)?.[1]}/${file}`;
  return ofRecipe in files ? ofRecipe : `./app/${file}`;
}

const quoting = Object.keys(pages).filter((page) => blocksOf(page).length > 0);

describe.each(quoting)("%s", (page) => {
  test.each(blocksOf(page))("shows $file as it is compiled", ({ file, text }) => {
    expect(file, `The first line does not name the file:\n${text}`).toBeDefined();
    expect(text).toBe(files[pathOf(page, file!)]);
  });
});

test("every file of the app is shown on a page, and every file of a recipe on its own", () => {
  const shown = new Set(quoting.flatMap((page) => blocksOf(page).map(({ file }) => pathOf(page, file!))));
  expect(Object.keys(files).filter((file) => !shown.has(file))).toEqual([]);
});
