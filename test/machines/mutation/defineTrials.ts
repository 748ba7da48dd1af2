import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Fault } from "./fault.js";
import { sectionOf, tableOf } from "./table.js";
import { NO_FAULT, type Trial } from "./trial.js";

/** Defines one test a fault: some check must see it. */
export function defineTrials(machine: string, faults: Fault[], trial: (fault: Fault) => Trial): void {
  describe(`seeded faults in the ${machine} machine`, () => {
    const trials: Trial[] = [];

    for (const fault of faults) {
      test(`${fault.name}: caught`, () => {
        const result = trial(fault);
        trials.push(result);
        expect([...result.byGraph, ...result.byWorld], "the checks that saw it").not.toEqual([]);
      });
    }

    test("without a fault no check sees anything", () => {
      expect(trial(NO_FAULT)).toEqual({ fault: "no fault", byGraph: [], byWorld: [] });
    });

    test("no two faults have one name", () => {
      expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    });

    test("docs/proofs.md says which check caught which fault", async () => {
      const page = await readFile(new URL("../../../docs/proofs.md", import.meta.url), "utf8");
      const table = tableOf(trials);
      console.log(`${trials.length} faults in the ${machine} machine:\n${table}`);
      expect(sectionOf(page, machine), "run test/scripts/deepMutation.ts to write it anew").toBe(table);
    });
  });
}
