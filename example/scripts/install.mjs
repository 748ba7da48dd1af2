import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's top level. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a command with its output shown, and ends the process with its exit code if it fails. */
export function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs what a folder's lock file says, unless that is done already. */
export function ensureInstalled(folder = root) {
  const installed = path.join(folder, "node_modules/.package-lock.json");
  const lock = path.join(folder, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log("Installing dependencies ...");
  run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
}

/** How Node runs this repository's TypeScript, with the package's own name resolving to its sources. */
export const NODE_TS = ["--import=tsx", "--conditions=@convex-dev/component-source"];
