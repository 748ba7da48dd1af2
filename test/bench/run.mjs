/** `npm run bench`: installs what it compares with when it has to, measures, and formats what was written. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { ensureInstalled, root, run } from "../../example/scripts/install.mjs";

ensureInstalled();
for (const peer of ["durableAgents", "convexAgent"]) ensureInstalled(path.join(root, "test/peers", peer));

const vitest = ["vitest", "run", "--config", "test/bench/vitest.config.ts", ...process.argv.slice(2)];
// The page is written also where something in it is wrong.
const { status } = spawnSync("npx", vitest, { cwd: root, stdio: "inherit" });
run("npx", [
  "prettier",
  "--log-level",
  "warn",
  "--write",
  "docs/operations/costs.md",
  "test/bench/budgets.json",
]);
process.exit(status ?? 1);
