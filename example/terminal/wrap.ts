export type Style = "plain" | "dim";

/** Text of one style. */
export interface Run {
  text: string;
  style: Style;
}

/** East Asian characters and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u;

const widthOf = (text: string): number => [...text].reduce((sum, one) => sum + (WIDE.test(one) ? 2 : 1), 0);

/** Text without the characters that command a terminal: a model, or whoever it quotes, must not move the cursor. */
export const printable = (text: string): string =>
  text.replaceAll("\t", "    ").replaceAll(/(?!\n)\p{Cc}/gu, "");

/** Breaks text into rows of a terminal: between words, and a word that is wider than a row wherever it has to be. */
export function wrap(runs: Run[], width: number): Run[][] {
  const rows: Run[][] = [[]];
  let used = 0;
  const breakRow = () => {
    rows.push([]);
    used = 0;
  };
  const put = (run: Run) => {
    append(rows.at(-1)!, run);
    used += widthOf(run.text);
  };
  for (const { text, style } of joined(runs))
    for (const word of text.match(/\n|[^\S\n]+|\S+/g) ?? []) {
      if (word === "\n") breakRow();
      else if (used + widthOf(word) <= width) put({ text: word, style });
      else if (word.trim() === "") breakRow();
      else {
        if (used > 0) breakRow();
        for (const letter of word) {
          if (used + widthOf(letter) > width) breakRow();
          put({ text: letter, style });
        }
      }
    }
  return rows;
}

/** The same with neighbours of one style as one run, so that a word that came in two pieces is one word. */
function joined(runs: Run[]): Run[] {
  const all: Run[] = [];
  for (const run of runs) append(all, run);
  return all;
}

function append(runs: Run[], { text, style }: Run): void {
  const last = runs.at(-1);
  if (last?.style === style) runs[runs.length - 1] = { text: last.text + text, style };
  else runs.push({ text, style });
}
