import { Lexer } from "marked";

/** A text, and the blocks of Markdown that it consists of. Joined they are the text, but for its kind of line ends. */
export interface Blocks {
  text: string;
  blocks: string[];
}

export const NO_BLOCKS: Blocks = { text: "", blocks: [] };

/** What is appended can change the last block, and the one before it where that is a list or blank lines follow it. */
const MAY_CHANGE = 2;

/** A footnote and its mark belong together, wherever they are. */
const FOOTNOTE = /^\[\^[^\]]+\]:/m;

/**
 * Splits Markdown into blocks that can be rendered one by one, so that a word that is appended costs as much as its block, not
 * as the whole text.
 *
 * @param before - the split of an earlier text: of what continues it, only the end is read again.
 */
export function splitBlocks(text: string, before: Blocks = NO_BLOCKS): Blocks {
  const isContinued = before.text !== "" && text.startsWith(before.text);
  const kept = isContinued ? before.blocks.slice(0, -MAY_CHANGE) : [];
  const from = kept.reduce((length, block) => length + block.length, 0);
  const whole = text.replace(/\r\n?/g, "\n");
  if (FOOTNOTE.test(whole)) return { text, blocks: [whole] };
  return { text, blocks: [...kept, ...blocksOf(whole.slice(from))] };
}

function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let from = 0;
  for (const { type, raw } of Lexer.lex(text, { gfm: true })) {
    // The lexer leaves out spaces at the end of a list, among others: what follows is one block with it.
    if (!text.startsWith(raw, from)) break;
    if (type === "space" && blocks.length > 0) blocks[blocks.length - 1] += raw;
    else blocks.push(raw);
    from += raw.length;
  }
  if (from < text.length) blocks.push(text.slice(from));
  return blocks;
}
