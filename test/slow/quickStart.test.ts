// @vitest-environment node
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium } from "../browser/support/chromium.js";
import { startNode, type Running } from "../browser/support/process.js";
import { EVERY_ENTRY_POINT } from "./support/everyEntryPoint.js";
import { actions, anchors, links } from "./support/readme.js";

const repository = path.join(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "quick-start-"));
const checkout = path.join(folder, "convex-durable-agents");
const app = path.join(folder, "my-agent");
const { version, devDependencies } = JSON.parse(
  readFileSync(path.join(repository, "package.json"), "utf8"),
) as {
  version: string;
  devDependencies: Record<string, string>;
};

/** What the README sets with `npx convex env set`. */
const env: Record<string, string> = {};
let backend: Running | undefined;

/** Runs a command; what it printed is the error's message when it fails. */
function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

const bin = (name: string) => path.join(repository, "node_modules/.bin", name);

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The repository as git would hand it out, with what is not committed yet. */
function checkOut(): void {
  const listed = run(repository, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  for (const file of listed.split("\0").filter((file) => file && existsSync(path.join(repository, file))))
    cpSync(path.join(repository, file), path.join(checkout, file));
}

/** In place of `npx convex dev`, which needs a deployment: what it generates, by the CLI itself. */
function generateCode(cwd: string): void {
  const call = `import { runCodegen } from "./test/scripts/runCodegen.ts"; await runCodegen(${JSON.stringify(cwd)}, ["--init"]);`;
  run(repository, process.execPath, "--import=tsx", "--input-type=module", "--eval", call);
}

/** In place of the deployment: the embedded backend, with the scripted model. */
async function startDeployment(): Promise<void> {
  backend = await startNode(
    ["--import=tsx", "example/embedded/main.ts", "test/slow/support/quickStartApp.ts"],
    { cwd: repository, env: { ...process.env, ...env, QUICK_START: app }, ready: /^ready (.+)$/ },
  );
  write(path.join(app, ".env.local"), `VITE_CONVEX_URL=${backend.url}\n`);
}

/** Does what the README says, but for the commands that need a deployment or a terminal. */
async function followReadme(): Promise<void> {
  let cwd = checkout;
  for (const action of actions(path.join(repository, "README.md"), ["Install", "Quick start"])) {
    if ("file" in action) {
      write(path.join(cwd, action.file), action.text);
      continue;
    }
    const [name, ...args] = action.command.split(" ") as [string, ...string[]];
    const rest = args.join(" ");
    if (name === "cd") cwd = path.join(cwd, rest);
    else if (rest.startsWith("create vite@latest ")) {
      cwd = folder;
      run(cwd, bin("create-vite"), ...args.slice(2).filter((arg) => arg !== "--"), "--no-interactive");
    } else if (rest === "convex dev") generateCode(cwd);
    else if (rest.startsWith("convex env set ")) env[args[3]!] = args[4]!;
    else if (rest === "run dev") await startDeployment();
    else run(cwd, name, ...args);
  }
}

beforeAll(async () => {
  checkOut();
  await followReadme();
  // What the tests below need on top.
  const more = ["vitest", "convex-test", "@edge-runtime/vm", "@types/json-schema@7"];
  const wanted = more.map((name) => (devDependencies[name] ? `${name}@${devDependencies[name]}` : name));
  run(app, "npm", "install", "--no-audit", "--no-fund", "--save-dev", ...wanted);
}, 600_000);

afterAll(async () => {
  await backend?.kill();
  rmSync(folder, { recursive: true, force: true });
});

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
    const dangling = pages.flatMap((page) => {
      const text = readFileSync(path.join(installed, page), "utf8");
      return links(text)
        .filter(({ target, heading }) => {
          const file = target === "" ? page : path.join(path.dirname(page), target);
          // npm shows pictures from the repository.
          const root = file.endsWith(".png") ? checkout : installed;
          if (!existsSync(path.join(root, file))) return true;
          return (
            heading !== "" && !anchors(readFileSync(path.join(installed, file), "utf8")).includes(heading)
          );
        })
        .map(({ target, heading }) => `${page} -> ${target}#${heading}`);
    });
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

describe("the quick start", () => {
  test("compiles with strict and exactOptionalPropertyTypes in Vite's template, and is built", () => {
    const config = path.join(app, "tsconfig.app.json");
    const template = readFileSync(config, "utf8");
    const stricter = template.replace(
      '"compilerOptions": {',
      '"compilerOptions": { "strict": true, "exactOptionalPropertyTypes": true,',
    );
    expect(stricter).not.toBe(template);
    writeFileSync(config, stricter);
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

  test("could use every entry point, without errors but those of `ai` and `xstate`", () => {
    for (const [file, text] of Object.entries(EVERY_ENTRY_POINT)) write(path.join(app, file), text);
    generateCode(app);
    expect(strictErrors("src", { exactOptionalPropertyTypes: false })).toEqual([]);
    write(path.join(app, "control/others.ts"), 'export * from "ai";\nexport * from "xstate";\n');
    const ofOthers = strictErrors("control");
    expect(strictErrors("src").filter((error) => !ofOthers.includes(error))).toEqual([]);
  });

  test("answers in an app's own tests, and only a signed-in user", () => {
    cpSync(
      path.join(import.meta.dirname, "support/quickStart.appTest.mjs"),
      path.join(app, "quickStart.test.mjs"),
    );
    write(
      path.join(app, "vitest.config.mjs"),
      `export default { test: { environment: "edge-runtime", server: { deps: { inline: ["convex-test"] } } } };`,
    );
    expect(run(app, "npx", "vitest", "run")).toContain("3 passed");
  });

  // Without a browser there is nothing to see, except where the tests have to be complete.
  describe.skipIf(!chromiumPath && !process.env.CI)("on the page", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    /** Opens the page as Vite serves it; what its console complains of fails the test. */
    async function onPage(viteArgs: string[], use: (page: Page) => Promise<void>): Promise<void> {
      const vite = await startNode([path.join(app, "node_modules/vite/bin/vite.js"), ...viteArgs], {
        cwd: app,
        env: { ...process.env, NO_COLOR: "1" },
        ready: /Local:\s+(\S+)/,
      });
      const page = await browser.newPage();
      page.setDefaultTimeout(90_000);
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      try {
        await page.goto(vite.url);
        await use(page);
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
        await vite.kill();
      }
    }

    const send = async (page: Page, prompt: string) => {
      const message = page.getByRole("textbox", { name: "Message" });
      await message.fill(prompt);
      await message.press("Enter");
    };

    test("answers, is stopped, and is there again after a reload", () =>
      onPage([], async (page) => {
        const answer = page.getByText("sunny in Rome");
        const long = page.getByText("A durable turn is a row");
        const stop = page.getByRole("button", { name: "Stop" });
        await page.getByRole("button", { name: "New chat" }).click();
        await send(page, "What is the weather in Rome?");
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
      }));

    test("answers when it is built, too", () =>
      onPage(["preview"], async (page) => {
        // The chat that the test before has begun.
        await send(page, "What is the weather in Oslo?");
        await page.getByText("sunny in Oslo").waitFor();
      }));
  });
});

test("the packed package has types that compile with AI SDK 7 and without skipLibCheck", () => {
  run(app, "npm", "install", "--no-audit", "--no-fund", "ai@7");
  const withoutOptional = { exactOptionalPropertyTypes: false };
  expect(strictErrors("control", withoutOptional)).toEqual([]);
  expect(strictErrors("src", withoutOptional)).toEqual([]);
}, 120_000);
