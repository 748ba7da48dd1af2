import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { chromiumPath } from "./chromium.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The built example page; empty where there is no browser to show it. */
    pageDir: string;
  }
}

const repository = path.resolve(import.meta.dirname, "../../..");

/** Builds the example once for all browser tests, with React's development build, which says what it does not like. */
export default function setup(project: TestProject): (() => void) | undefined {
  if (!chromiumPath) {
    const missing = "No Chromium was found (apt-get install chromium-headless-shell, or set CHROMIUM_PATH)";
    if (process.env.CI) throw new Error(`${missing}: the browser tests cannot run.`);
    console.warn(`\n${missing}: the browser tests are skipped.\n`);
    project.provide("pageDir", "");
    return undefined;
  }
  const pageDir = mkdtempSync(path.join(tmpdir(), "example-page-"));
  execFileSync(
    process.execPath,
    [
      path.join(repository, "node_modules/vite/bin/vite.js"),
      "build",
      "example",
      "--mode=development",
      `--outDir=${pageDir}`,
      "--emptyOutDir",
      "--logLevel=error",
    ],
    { cwd: repository, env: { ...process.env, NODE_ENV: "development" }, stdio: "inherit" },
  );
  project.provide("pageDir", pageDir);
  return () => rmSync(pageDir, { recursive: true, force: true });
}
