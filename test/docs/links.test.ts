// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { anchors, links } from "../support/markdown.js";

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

const read = (file: string) => readFileSync(path.join(root, file), "utf8");

test.each(pagesIn(""))("every link in %s leads to a file, and to a heading of it", (page) => {
  const dangling = links(read(page)).filter(({ target, heading }) => {
    const file = target === "" ? page : path.join(path.dirname(page), target);
    if (!existsSync(path.join(root, file))) return true;
    return heading !== "" && !anchors(read(file)).includes(heading);
  });
  expect(dangling).toEqual([]);
});
