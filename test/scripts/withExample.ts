import { execFileSync } from "node:child_process";
import path from "node:path";
import type { Browser } from "playwright-core";
import { startExample, type ExampleBackend } from "../browser/support/backend.js";
import { chromiumPath, launchChromium } from "../browser/support/chromium.js";

const root = path.resolve(import.meta.dirname, "../..");

/** Builds the example as `npm start` does, and uses it in a real Chromium. */
export async function withExample(
  use: (browser: Browser, backend: ExampleBackend) => Promise<void>,
): Promise<void> {
  if (!chromiumPath)
    throw new Error("No Chromium was found: apt-get install chromium-headless-shell, or set CHROMIUM_PATH.");
  execFileSync("npx", ["vite", "build", "example", "--logLevel=error"], { cwd: root, stdio: "inherit" });
  const browser = await launchChromium();
  const backend = await startExample(path.join(root, "example/dist"));
  try {
    await use(browser, backend);
  } finally {
    await browser.close();
    await backend.kill();
  }
}
