/**
 * Offline code generation: the real `convex codegen` against a loopback server, in a staged copy of the working tree.
 *
 *   tsx test/scripts/codegen.ts [--check] [--app <functions dir>]... [--component <component dir>]
 *
 * Without directories it generates for `component`, `example/convex` and the app of the documentation.
 * `--check` writes nothing and exits with 1 when a committed `_generated` differs.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { copyWorkingTree } from "../support/workingTree.js";
import { runCodegen } from "./runCodegen.js";

const root = path.resolve(import.meta.dirname, "../..");
const node_modules = path.join(root, "node_modules");

/** Copies tracked and new files, so that nothing of the working tree is touched before all of it is generated. */
function stage(to: string): void {
  copyWorkingTree(to, (file) => file !== "node_modules" && !file.startsWith("docs/"));
  symlinkSync(node_modules, path.join(to, "node_modules"));
}

function contents(dir: string): Map<string, string> {
  const files = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(dir, file), readFileSync(file, "utf8")]),
  );
}

function drift(generated: string, committed: string): string[] {
  const [now, then] = [contents(generated), contents(committed)];
  return [...new Set([...now.keys(), ...then.keys()])].filter((file) => now.get(file) !== then.get(file));
}

/** Generates the staged app's code. */
async function generateApp(staged: string, functions: string): Promise<void> {
  writeFileSync(path.join(staged, "convex.json"), JSON.stringify({ functions }));
  await runCodegen(staged, ["--live-component-sources"]);
}

/** Writes what was generated where it is missing or different, or only says so. */
function compare(staged: string, dir: string, isCheck: boolean): void {
  const changed = drift(path.join(staged, dir), path.join(root, dir));
  for (const file of changed) console.log(`${isCheck ? "differs" : "updated"}: ${path.join(dir, file)}`);
  if (isCheck && changed.length > 0) process.exitCode = 1;
  if (isCheck || changed.length === 0) return;
  rmSync(path.join(root, dir), { recursive: true, force: true });
  cpSync(path.join(staged, dir), path.join(root, dir), { recursive: true });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      app: { type: "string", multiple: true, default: ["example/convex", "test/docs/app/convex"] },
      component: { type: "string", default: "component" },
    },
  });
  const staged = mkdtempSync(path.join(tmpdir(), "codegen-"));
  try {
    stage(staged);
    await runCodegen(staged, ["--live-component-sources", "--component-dir", values.component]);
    for (const app of values.app) await generateApp(staged, app);
    for (const dir of [values.component, ...values.app])
      compare(staged, path.join(dir, "_generated"), values.check);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

await main();
