// @vitest-environment node
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { danglingLinks } from "../support/danglingLinks.js";

const root = path.resolve(import.meta.dirname, "../..");

/** Folders that are installed or built. */
const NOT_OURS = ["node_modules", ".git", ".data", "dist"];

/** The Markdown files of a folder of the repository, by their paths. */
function pagesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : pagesIn(file);
    return entry.name.endsWith(".md") ? [file] : [];
  });
}

test.each(pagesIn(""))("every link in %s leads to a file, and to a heading of it", (page) => {
  expect(danglingLinks(root, page)).toEqual([]);
});
