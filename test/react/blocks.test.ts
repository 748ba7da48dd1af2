import { describe, expect, test } from "vitest";
import { NO_BLOCKS, splitBlocks } from "../../example/src/chat/blocks.js";

const MARKDOWN = `# A title
A paragraph
of two lines, with **bold** words.

- one

- two
  continued

  and a paragraph of it
1. another list

\`\`\`ts
const a = 1;

const b = 2;
\`\`\`
| a | b |
| - | - |
| 1 | 2 |

> quoted
and lazily continued

Setext
---

<div>

html

</div>

The end.
`;

describe("blocks of Markdown", () => {
  test("joined are the text, and come out the same however the text has grown", () => {
    for (const step of [1, 3, 7, 40]) {
      let split = NO_BLOCKS;
      for (let end = step; end < MARKDOWN.length + step; end += step) {
        const text = MARKDOWN.slice(0, end);
        split = splitBlocks(text, split);
        expect(split.blocks.join("")).toBe(text);
        expect(split.blocks).toEqual(splitBlocks(text).blocks);
      }
    }
    expect(splitBlocks(MARKDOWN).blocks.length).toBeGreaterThan(8);
  });

  test("are split anew when the text is another one", () => {
    const before = splitBlocks(MARKDOWN);
    expect(splitBlocks("Something else", before).blocks).toEqual(["Something else"]);
  });

  test("with line ends of any kind are the text", () => {
    const { blocks } = splitBlocks("One\r\n\r\nTwo\r\n\r\nThree");
    expect(blocks.join("")).toBe("One\n\nTwo\n\nThree");
    expect(blocks).toHaveLength(3);
  });

  test("are one where a footnote belongs to a mark elsewhere", () => {
    const text = "See[^1].\n\nMore.\n\n[^1]: The note.\n";
    expect(splitBlocks(text).blocks).toEqual([text]);
    expect(splitBlocks(text, splitBlocks("See[^1].\n\nMore.\n\nAnd more.")).blocks).toEqual([text]);
    expect(splitBlocks(text + "\nMore.", splitBlocks(text)).blocks).toEqual([text + "\nMore."]);
  });
});
