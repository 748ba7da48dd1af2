import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { complaintsOf } from "../../browser/support/complaints.js";
import { startNode, type Running } from "../../browser/support/process.js";
import { copyWorkingTree } from "../../support/workingTree.js";
import { actions } from "./page.js";

const repository = path.join(import.meta.dirname, "../../..");

export const { version, devDependencies } = JSON.parse(
  readFileSync(path.join(repository, "package.json"), "utf8"),
) as {
  version: string;
  devDependencies: Record<string, string>;
};

/** A command of the repository's own dependencies. */
export const bin = (name: string): string => path.join(repository, "node_modules/.bin", name);

/** Runs a command and returns what it printed, which is also the error's message when it fails. */
export function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

export function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * Somebody who reads a page of the documentation in an empty folder and does what it says. What needs a Convex account is replaced:
 * `npx convex dev` by the code generation of Convex's own CLI, and the deployment by the embedded backend with the scripted model.
 */
export class Reader {
  readonly folder = mkdtempSync(path.join(tmpdir(), "reader-"));
  readonly checkout = path.join(this.folder, "convex-durable-agents");
  readonly app = path.join(this.folder, "my-agent");
  /** What was set with `npx convex env set`. */
  readonly #env: Record<string, string> = {};
  #cwd = this.checkout;
  #backend: Running | undefined;

  constructor() {
    copyWorkingTree(this.checkout);
  }

  /** Does what these sections of a page say. */
  async follow(page: string, sections: string[]): Promise<void> {
    for (const action of actions(path.join(repository, page), sections)) {
      if ("file" in action) write(path.join(this.#cwd, action.file), action.text);
      else await this.#type(action.command);
    }
  }

  async #type(command: string): Promise<void> {
    const [name, ...args] = command.split(" ") as [string, ...string[]];
    const rest = args.join(" ");
    if (name === "cd") this.#cwd = path.join(this.#cwd, rest);
    else if (rest.startsWith("create vite@latest ")) {
      this.#cwd = this.folder;
      run(this.#cwd, bin("create-vite"), ...args.slice(2).filter((arg) => arg !== "--"), "--no-interactive");
    } else if (rest === "convex dev") this.generateCode();
    else if (rest.startsWith("convex env set ")) this.#env[args[3]!] = args[4]!;
    else if (rest === "run dev") await this.deploy();
    else run(this.#cwd, name, ...args);
  }

  generateCode(): void {
    const call = `import { runCodegen } from "./test/scripts/runCodegen.ts"; await runCodegen(${JSON.stringify(this.app)}, ["--init"]);`;
    run(repository, process.execPath, "--import=tsx", "--input-type=module", "--eval", call);
  }

  /** Starts the backend with the app's functions as they are now, with empty tables. */
  async deploy(): Promise<void> {
    await this.#backend?.kill();
    this.#backend = await startNode(
      ["--import=tsx", "example/embedded/main.ts", "test/slow/support/readerApp.ts"],
      {
        cwd: repository,
        env: { ...process.env, ...this.#env, READER_APP: this.app },
        ready: /^ready (.+)$/,
      },
    );
    write(path.join(this.app, ".env.local"), `VITE_CONVEX_URL=${this.#backend.url}\n`);
  }

  /** Opens the page as Vite serves it; what its console complains of is an error. */
  async open(browser: Browser, use: (page: Page) => Promise<void>, ...viteArgs: string[]): Promise<void> {
    const vite = await startNode([path.join(this.app, "node_modules/vite/bin/vite.js"), ...viteArgs], {
      cwd: this.app,
      env: { ...process.env, NO_COLOR: "1" },
      ready: /Local:\s+(\S+)/,
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(90_000);
    const complaints = complaintsOf(page);
    try {
      await page.goto(vite.url);
      await use(page);
      if (complaints.length > 0) throw new Error(`The console complains:\n${complaints.join("\n")}`);
    } finally {
      await page.close();
      await vite.kill();
    }
  }

  async leave(): Promise<void> {
    await this.#backend?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Types a message and sends it. */
export async function send(page: Page, prompt: string): Promise<void> {
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill(prompt);
  await message.press("Enter");
}
