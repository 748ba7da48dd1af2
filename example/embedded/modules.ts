import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ModuleMap } from "./definition.js";

/** Convex's rule for an entry point: a script with a single dot in its name. */
const isEntryPoint = (file: string) => /^[^.]+\.(ts|tsx|js|jsx)$/.test(path.basename(file));

/** The modules of a functions directory, `_generated` included. */
export function loadModules(directory: URL): ModuleMap {
  const root = fileURLToPath(directory);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(isEntryPoint);
  return Object.fromEntries(
    files.map((file) => [
      `./${file.split(path.sep).join("/")}`,
      () => import(pathToFileURL(path.join(root, file)).href) as Promise<unknown>,
    ]),
  );
}

/** Imports all modules now: an import that starts inside a transaction would hold up every other transaction. */
export async function importAll(modules: ModuleMap): Promise<ModuleMap> {
  const imported = await Promise.all(
    Object.entries(modules).map(async ([path, load]) => [path, await load()] as const),
  );
  return Object.fromEntries(imported.map(([path, module]) => [path, () => Promise.resolve(module)]));
}
