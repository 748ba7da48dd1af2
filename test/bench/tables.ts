import { COUNTS, type Count } from "./targets.js";

export const counts = Object.keys(COUNTS) as Count[];

export const number = (value: number): string => Math.round(value).toLocaleString("en-US");

/** A count in a cell: seconds with a decimal place. */
export const shown = (count: Count, value: number): string =>
  count === "actionSeconds" ? value.toLocaleString("en-US", { maximumFractionDigits: 1 }) : number(value);

/** Bytes as kB, with a decimal place while they are few. */
export const kB = (bytes: number): string =>
  (bytes / 1_000).toLocaleString("en-US", { maximumFractionDigits: bytes < 100_000 ? 1 : 0 });

export const yesOrNo = (met: boolean): string => (met ? "yes" : "**no**");

type Cell = string | number;

const row = (cells: Cell[]): string => `| ${cells.join(" | ")} |`;

/** A table; its first column and those named in `words` are aligned left. */
export function table(head: string[], rows: Cell[][], words: string[] = []): string {
  const rule = head.map((name, column) => (column === 0 || words.includes(name) ? "---" : "---:"));
  return [row(head), row(rule), ...rows.map(row)].join("\n");
}
