import { expect, test } from "vitest";

/** The pages whose code is quoted from this folder, where it is compiled and tested. */
const QUOTING = ["control", "data", "insight", "threads", "turns", "usechat"];

const pages = import.meta.glob<string>("../../docs/guide/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});
const sources = import.meta.glob<string>(["./*.ts", "./*.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Sections of other pages, likewise. */
const SECTIONS = [["tools", "Tools of an MCP server"]] as const;

function expectQuoted(text: string): void {
  const blocks = [...text.matchAll(/^```tsx?\n(?:\/\/ convex\/\S+\n)?([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, code] of blocks)
    expect(
      Object.values(sources).some((source) => source.includes(code!)),
      code,
    ).toBe(true);
}

test.each(QUOTING)(
  "each code block of docs/guide/%s.md occurs, word for word, in a file of test/docs",
  (page) => {
    expectQuoted(pages[`../../docs/guide/${page}.md`]!);
  },
);

test.each(SECTIONS)("each code block of docs/guide/%s.md under %s occurs there likewise", (page, heading) => {
  expectQuoted(
    pages[`../../docs/guide/${page}.md`]!.split(/^## /m).find((text) => text.startsWith(heading))!,
  );
});
