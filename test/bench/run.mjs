/** `npm run bench`: installs what it compares with when it has to, measures, and formats what was written. */
import path from "node:path";
import { ensureInstalled, root, run } from "../../example/scripts/install.mjs";

ensureInstalled();
for (const peer of ["durableAgents", "convexAgent"])
  ensureInstalled(path.join(root, "test/bench/peers", peer));
run("npx", ["vitest", "run", "--config", "test/bench/vitest.config.ts", ...process.argv.slice(2)]);
run("npx", [
  ...["prettier", "--log-level", "warn", "--write"],
  ...["docs/costs.md", "test/bench/budgets.json"],
]);
