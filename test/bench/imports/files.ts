import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of our component. */
export const COMPONENT = fileURLToPath(new URL("../../../component", import.meta.url));

/** The files of a component that define functions of a kind. */
export function filesWith(kind: "query" | "mutation", folder: string = COMPONENT): string[] {
  const defines = new RegExp(`= (internal)?${kind}\\(`, "i");
  return readdirSync(folder)
    .filter((name) => /^\w+\.(ts|js)$/.test(name))
    .map((name) => path.join(folder, name))
    .filter((file) => defines.test(readFileSync(file, "utf8")));
}
