/** `npm test`: installs when it has to, then runs the suite; further arguments go to vitest. */
import { ensureInstalled, run } from "../example/scripts/install.mjs";

ensureInstalled();
run("npx", ["vitest", "run", "--config", "test/vitest.config.ts", ...process.argv.slice(2)]);
