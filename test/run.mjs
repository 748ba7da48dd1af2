/** `npm test`: installs when it has to, then runs all but the slow tests; arguments, if any, go to vitest instead. */
import { ensureInstalled, run } from "../example/scripts/install.mjs";

const given = process.argv.slice(2);

ensureInstalled();
run("npx", ["vitest", "run", ...(given.length > 0 ? given : ["--project=!slow"])]);
