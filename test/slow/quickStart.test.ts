// @vitest-environment node
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium } from "../browser/support/chromium.js";
import { danglingLinks } from "../support/danglingLinks.js";
import { EVERY_ENTRY_POINT } from "./support/everyEntryPoint.js";
import { bin, devDependencies, Reader, run, send, version, write } from "./support/reader.js";

const reader = new Reader();
const { app, checkout, folder } = reader;

beforeAll(async () => {
  await reader.follow("README.md", ["Install", "Quick start"]);
  // What the checks below need in addition.
  const more = ["@types/node", "convex-test"].map((name) => `${name}@${devDependencies[name]}`);
  run(app, "npm", "install", "--no-audit", "--no-fund", "--save-dev", ...more, "@types/json-schema@7");
}, 600_000);

afterAll(() => reader.leave());

describe("the packed package", () => {
  const tarball = () => path.join(checkout, `convex-durable-agents-${version}.tgz`);

  test("has no complaint from publint", () => {
    expect(run(folder, bin("publint"), "run", "--strict", tarball())).toContain("All good!");
  });

  test("has types for every entry point, wherever ES modules are", () => {
    run(folder, bin("attw"), "--profile=esm-only", "--no-definitely-typed", tarball());
  });

  test("is of a reasonable size", () => {
    expect(readFileSync(tarball()).byteLength).toBeLessThan(1_000_000);
  });

  test("has the pages, headings and pictures that its pages point to", () => {
    const installed = path.join(app, "node_modules/convex-durable-agents");
    const pages = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".md"),
    );
    expect(pages).toContain("README.md");
    // npm shows pictures from the repository.
    const folderOf = (file: string) => (/\.(png|gif|svg)$/.test(file) ? checkout : installed);
    const dangling = pages.flatMap((page) => danglingLinks(installed, page, folderOf));
    expect(dangling).toEqual([]);
  });
});

/** What TypeScript finds wrong with a folder of the app, at its strictest. */
function strictErrors(include: string, options: Record<string, unknown> = {}): string[] {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: ["vite/client", "node"],
    ...options,
  };
  const config = { extends: "./tsconfig.app.json", include: [include], compilerOptions };
  write(path.join(app, "tsconfig.strict.json"), JSON.stringify(config));
  const { stdout } = spawnSync("npx", ["tsc", "-p", "tsconfig.strict.json"], { cwd: app, encoding: "utf8" });
  return stdout.split("\n").filter((line) => /error TS\d+/.test(line) && !line.startsWith(" "));
}

describe("the README's quick start", () => {
  test("compiles, and is built", () => {
    run(app, "npm", "run", "build");
    run(app, "npx", "tsc", "-p", "convex");
  });

  test("has no errors without skipLibCheck but those of `ai` 6 itself", () => {
    write(path.join(app, "control/others.ts"), 'export * from "ai";\n');
    expect(strictErrors("src", { exactOptionalPropertyTypes: false })).toEqual([]);
    const ofOthers = strictErrors("control");
    expect(ofOthers.filter((error) => !error.startsWith("node_modules/ai/"))).toEqual([]);
    expect(strictErrors("src")).toEqual(ofOthers);
  });

  // Without a browser there is nothing to see, except where the tests have to be complete.
  test.skipIf(!chromiumPath && !process.env.CI)("answers on the page", async () => {
    const browser = await launchChromium();
    try {
      await reader.open(browser, async (page) => {
        await page.getByRole("button", { name: "New chat" }).click();
        await send(page, "Think about it");
        await page.getByText("I thought about it").waitFor();
      });
    } finally {
      await browser.close();
    }
  });

  test("could use every entry point, without errors but those of `ai` and `xstate`", () => {
    for (const [file, text] of Object.entries(EVERY_ENTRY_POINT)) write(path.join(app, file), text);
    reader.generateCode();
    expect(strictErrors("src", { exactOptionalPropertyTypes: false })).toEqual([]);
    write(path.join(app, "control/others.ts"), 'export * from "ai";\nexport * from "xstate";\n');
    const ofOthers = strictErrors("control");
    expect(strictErrors("src").filter((error) => !ofOthers.includes(error))).toEqual([]);
  });
});

test("the packed package has types that compile with AI SDK 7 and without skipLibCheck", () => {
  run(app, "npm", "install", "--no-audit", "--no-fund", "ai@7");
  const withoutOptional = { exactOptionalPropertyTypes: false };
  expect(strictErrors("control", withoutOptional)).toEqual([]);
  expect(strictErrors("src", withoutOptional)).toEqual([]);
}, 120_000);
