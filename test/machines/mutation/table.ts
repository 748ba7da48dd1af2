import type { Trial } from "./trial.js";

/** The table of the docs: which check caught which fault. */
export function tableOf(trials: Trial[]): string {
  return trials
    .map(({ fault, byGraph, byWorld }) => `- ${fault}: ${[...byGraph, ...byWorld].join(", ")}`)
    .join("\n");
}

const marks = (machine: string) =>
  [`<!-- faults: ${machine} -->`, `<!-- end of faults: ${machine} -->`] as const;

/** The rows of the page's table for a machine: the checks that catch each fault, by its name. */
export function rowsOf(page: string, machine: string): Map<string, string[]> {
  const [open, close] = marks(machine);
  const text = (page.split(open)[1]?.split(close)[0] ?? "").trim();
  const rows = text.split("\n").map((line) => /^- (.*): ([^:]*)$/.exec(line)!);
  return new Map(rows.map(([, fault, checks]) => [fault!, checks!.split(", ")]));
}

/** The page with another text between a machine's marks. */
export function withSection(page: string, machine: string, text: string): string {
  const [open, close] = marks(machine);
  const [before, rest] = page.split(open);
  const after = rest?.split(close)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/proofs.md has no marks for ${machine}`);
  return `${before}${open}\n\n${text}\n\n${close}${after}`;
}
