import { explain } from "../machines/invariants/invariant.js";
import { DEEP_BOUNDS } from "../machines/world/bounds.js";
import { WORLD_CHECKS } from "../machines/world/checks.js";
import { exploreWorld } from "../machines/world/explore.js";

/** Explores the large bounds of the world model; names of bounds as arguments choose among them. */
const chosen = process.argv.slice(2);
for (const [name, bounds] of Object.entries(DEEP_BOUNDS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const began = performance.now();
  const { worlds, moves, broken } = exploreWorld(bounds);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${name}: ${worlds} worlds, ${moves} moves, ${seconds} s\n  ${JSON.stringify(bounds)}`);
  for (const [id, found] of broken) {
    process.exitCode = 1;
    console.error(explain({ id, says: WORLD_CHECKS[id] }, { invariant: id, ...found }));
  }
}
