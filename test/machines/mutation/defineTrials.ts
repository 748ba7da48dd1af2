import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sampled } from "../../support/sample.js";
import type { Fault } from "./fault.js";
import { rowsOf } from "./table.js";
import { NO_FAULT, tryFault, type Trials } from "./trial.js";

const page = readFileSync(new URL("../../../docs/operations/faults.md", import.meta.url), "utf8");

const isOfWorld = (check: string) => check.startsWith("W");

/**
 * Defines one test a fault: the checks that the table of the docs names must see it, and no others. The world
 * model takes most of the time, so here it is held only against the faults that the graph does not see, and
 * against the first one that each of its own checks is said to catch; `npm run faults` tries all.
 */
export function defineTrials(machine: string, faults: Fault[], trials: Trials): void {
  const table = rowsOf(page, machine);
  const worldChecks = [...new Set([...table.values()].flat().filter(isOfWorld))];
  const shown = worldChecks.map((check) => [...table].find(([, checks]) => checks.includes(check))![0]);

  describe(`seeded faults in the ${machine} machine`, () => {
    const { some, words } = sampled(faults);
    for (const fault of some) {
      test(`${fault.name}: caught`, () => {
        const claimed = table.get(fault.name) ?? [];
        const byGraph = trials.byGraph(fault);
        const needsWorld = byGraph.length === 0 || shown.includes(fault.name);
        const byWorld = needsWorld ? trials.byWorld(fault) : claimed.filter(isOfWorld);
        const message = "the checks that saw it; npm run faults writes the page again";
        expect([...byGraph, ...byWorld], "the checks that saw it").not.toEqual([]);
        expect([...byGraph, ...byWorld], message).toEqual(claimed);
      });
    }

    test("without a fault no check sees anything", () => {
      expect(tryFault(NO_FAULT, trials)).toEqual({ fault: "no fault", byGraph: [], byWorld: [] });
    });

    test("docs/operations/faults.md has each fault once, under a name of its own", () => {
      console.log(`faults in the ${machine} machine: ${words}`);
      expect([...table.keys()]).toEqual(faults.map(({ name }) => name));
      expect(new Set(table.keys()).size).toBe(faults.length);
    });
  });
}
