/**
 * `npm run docs:recipes`: compiles the code of docs/recipes, each page as an app of its own on top of the tutorial's, and runs the
 * tests of these apps.
 */
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, root, run } from "../../../example/scripts/install.mjs";

const folder = path.join(root, "test/docs/recipes");

/** Puts this package into the folder's `node_modules`. A link to the whole repository would contain itself. */
function linkPackage() {
  const installed = path.join(folder, "node_modules/convex-durable-agents");
  mkdirSync(installed, { recursive: true });
  copyFileSync(path.join(root, "package.json"), path.join(installed, "package.json"));
  for (const name of ["component", "machines", "src"])
    if (!existsSync(path.join(installed, name)))
      symlinkSync(path.join(root, name), path.join(installed, name));
}

ensureInstalled();
ensureInstalled(folder);
linkPackage();
run("npx", ["tsx", path.join(folder, "stage.ts")]);
run("npx", ["tsc", "-p", folder]);
run("npx", ["vitest", "run", "--config", path.join(folder, "vitest.config.ts")]);
