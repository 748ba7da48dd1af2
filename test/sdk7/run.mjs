/**
 * `npm run test:sdk7`: the package with AI SDK 7, on Node 22: its types, and the tests of all that it does with the SDK. Arguments,
 * if any, go to vitest instead.
 */
import path from "node:path";
import process from "node:process";
import { ensureInstalled, root, run } from "../../example/scripts/install.mjs";

const folder = path.join(root, "test/sdk7");
const PROJECTS = ["convex", "react", "node"].map((name) => `--project=${name}`);
const TESTS = ["test/client", "test/docs", "test/react", "test/e2e/useChat"];

ensureInstalled();
ensureInstalled(folder);

const given = process.argv.slice(2);
if (given.length === 0) run("npx", ["tsc", "-p", folder]);
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", path.join(folder, "vitest.config.mjs")];
run(path.join(folder, "node_modules/node/bin/node"), [
  ...vitest,
  ...(given.length > 0 ? given : [...PROJECTS, ...TESTS]),
]);
