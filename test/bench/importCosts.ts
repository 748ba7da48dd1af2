import { execFileSync } from "node:child_process";
import process from "node:process";
import type { ImportCost } from "./imports/measure.js";
import { kB, table } from "./tables.js";

/** Measures what isolates load, in a process of its own. */
export const measureImports = (): ImportCost[] =>
  JSON.parse(
    execFileSync(process.execPath, ["--import=tsx", "test/bench/imports/measure.ts"], { encoding: "utf8" }),
  ) as ImportCost[];

/** What an isolate loads, for this package and the others. */
export function importTable([empty, ...costs]: ImportCost[]): string {
  const rows = [empty!, ...costs].map(({ of, name, bytes, gzipped, evaluationMs, xstate }) => [
    name,
    of,
    kB(bytes),
    kB(gzipped),
    `about ${Math.round(evaluationMs / empty!.evaluationMs)}`,
    xstate ? "yes" : "no",
  ]);
  return table(["", "of", "kB", "kB gzipped", "evaluation", "XState in it"], rows, ["of", "XState in it"]);
}
