// @vitest-environment node
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium } from "../browser/support/chromium.js";
import { IN_CLI, IN_TYPES, type Mistake } from "./support/mistakes.js";
import { devDependencies, Reader, run, send, write } from "./support/reader.js";

const PAGE = "docs/start/tutorial.md";

const reader = new Reader();

/** Pastes the files of a section, which `npx convex dev` would notice and push. */
async function goOn(section: string): Promise<void> {
  await reader.follow(PAGE, [section]);
  reader.generateCode();
  await reader.deploy();
}

/** The app's page compiles in Vite's template, at its strictest, and so do its functions. */
function compile(): void {
  write(
    path.join(reader.app, "tsconfig.strict.json"),
    JSON.stringify({
      extends: "./tsconfig.app.json",
      compilerOptions: { strict: true, exactOptionalPropertyTypes: true },
      include: ["src"],
    }),
  );
  run(reader.app, "npx", "tsc", "-p", "tsconfig.strict.json");
  run(reader.app, "npx", "tsc", "-p", "convex");
}

afterAll(() => reader.leave());

// Without a browser there is nothing to see, except where the tests have to be complete.
describe.skipIf(!chromiumPath && !process.env.CI)("who follows the tutorial", () => {
  let browser: Browser;

  beforeAll(async () => {
    await reader.follow(PAGE, [
      "Get the package",
      "Create the app",
      "Mount the component",
      "Define the agent",
      "Show the chat",
      "Run it",
    ]);
    browser = await launchChromium();
  }, 600_000);
  afterAll(() => browser.close());

  test("has a chat that answers, is stopped, and is there again after a reload", async () => {
    compile();
    await reader.open(browser, async (page) => {
      const answer = page.getByText("I thought about it");
      const long = page.getByText("A durable turn is a row");
      const stop = page.getByRole("button", { name: "Stop" });
      await page.getByRole("button", { name: "New chat" }).click();
      await send(page, "Think about it");
      await answer.waitFor();
      await stop.waitFor({ state: "detached" });
      await send(page, "Something long, please.");
      await long.waitFor();
      await stop.click();
      await stop.waitFor({ state: "detached" });
      await page.reload();
      await answer.waitFor();
      await long.waitFor();
      await page.getByRole("button", { name: "New chat" }).click();
      await answer.waitFor({ state: "detached" });
    });
  });

  test("has an agent that looks up the weather", async () => {
    await goOn("Give it a tool");
    compile();
    await reader.open(browser, async (page) => {
      await page.getByRole("button", { name: "New chat" }).click();
      await send(page, "What is the weather in Rome and Oslo?");
      await page.getByText("sunny in Rome").waitFor();
      await page.getByText("sunny in Oslo").waitFor();
    });
  });

  test("has an agent that asks before it books, in a page that is built as well", async () => {
    await goOn("Ask before it acts");
    compile();
    run(reader.app, "npm", "run", "build");
    await reader.open(
      browser,
      async (page) => {
        await page.getByRole("button", { name: "New chat" }).click();
        await send(page, "Book a table for two");
        await page.getByRole("button", { name: "Approve" }).click();
        await page.getByText("So it is: Booked: Chez Nous, a table for 2").waitFor();
        await send(page, "Book another table");
        await page.getByRole("button", { name: "Deny" }).click();
        await page.getByText("output-denied").waitFor();
      },
      "preview",
    );
  });

  test("has an agent that can be tested, and answers a signed-in user only", () => {
    const wanted = ["vitest", "convex-test", "@edge-runtime/vm"].map(
      (name) => `${name}@${devDependencies[name]}`,
    );
    run(reader.app, "npm", "install", "--no-audit", "--no-fund", "--save-dev", ...wanted);
    cpSync(
      path.join(import.meta.dirname, "support/tutorial.appTest.mjs"),
      path.join(reader.app, "tutorial.test.mjs"),
    );
    write(
      path.join(reader.app, "vitest.config.mjs"),
      `export default { test: { environment: "edge-runtime", server: { deps: { inline: ["convex-test"] } } } };`,
    );
    expect(run(reader.app, "npx", "vitest", "run")).toContain("3 passed");
  });

  describe("and makes a mistake", () => {
    const page = readFileSync(path.join(import.meta.dirname, "../../docs/start/mistakes.md"), "utf8");

    /** What a mistake's maker sees, who then takes it back. */
    function outputOf({ edits }: Mistake, look: () => unknown): string {
      const files = Object.entries(edits).map(([name, edit]) => {
        const file = path.join(reader.app, name);
        return { file, edit, before: existsSync(file) ? readFileSync(file, "utf8") : null };
      });
      for (const { file, edit, before } of files) write(file, edit(before ?? ""));
      try {
        return String(look());
      } catch (error) {
        return String(error);
      } finally {
        for (const { file, before } of files) {
          if (before === null) rmSync(file);
          else write(file, before);
        }
      }
    }

    test.each(IN_TYPES)("reads from TypeScript: $message", (mistake) => {
      expect(page).toContain(`### \`${mistake.message}\``);
      expect(outputOf(mistake, () => run(reader.app, "npx", "tsc", "-p", "convex"))).toContain(
        mistake.message,
      );
    });

    test("reads from TypeScript that the component is not mounted", () => {
      const message = "Property 'durableAgents' does not exist on type '{}'";
      const edits = {
        "convex/convex.config.ts": (text: string) =>
          text.replace(/^(import durableAgents|app\.use).*\n/gm, ""),
      };
      const look = () => {
        reader.generateCode();
        return run(reader.app, "npx", "tsc", "-p", "convex");
      };
      expect(page).toContain(`### \`${message}\``);
      expect(outputOf({ message, edits }, look)).toContain(message);
      reader.generateCode();
    });

    test.each(IN_CLI)("reads from Convex's CLI: $message", (mistake) => {
      expect(page).toContain(`### \`${mistake.message}\``);
      expect(outputOf(mistake, () => reader.generateCode())).toContain(mistake.message);
    });
  });
});
