import { describe, expect, test } from "vitest";
import { explain } from "../invariants/invariant.js";
import { QUICK_BOUNDS } from "./bounds.js";
import { WORLD_CHECKS, type WorldCheck } from "./checks.js";
import { exploreWorld } from "./explore.js";

describe.each(Object.entries(QUICK_BOUNDS))("every world within %s", (name, bounds) => {
  const report = exploreWorld(bounds);

  test.each(Object.entries(WORLD_CHECKS))("%s: %s", (id, says) => {
    const found = report.broken.get(id as WorldCheck);
    if (found) throw new Error(explain({ id, says }, { invariant: id, ...found }));
  });

  test("the worlds are explored whole", () => {
    console.log(`world, ${name}: ${report.worlds} worlds, ${report.moves} moves; ${JSON.stringify(bounds)}`);
    expect(report.isComplete).toBe(true);
    expect(report.worlds).toBeGreaterThan(100);
  });
});
