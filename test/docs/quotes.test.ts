import { expect, test } from "vitest";

/** The pages whose code is quoted from this folder, where it is compiled and tested. */
const QUOTING = ["control", "insight", "threads", "turns"];

const pages = import.meta.glob<string>("../../docs/*.md", { query: "?raw", import: "default", eager: true });
const sources = import.meta.glob<string>(["./*.ts", "./*.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});

test.each(QUOTING)("each code block of docs/%s.md occurs, word for word, in a file of test/docs", (page) => {
  const blocks = [...pages[`../../docs/${page}.md`]!.matchAll(/^```tsx?\n([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, code] of blocks)
    expect(
      Object.values(sources).some((source) => source.includes(code!)),
      code,
    ).toBe(true);
});
