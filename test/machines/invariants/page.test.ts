import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { allIds, withInvariants } from "./page.js";

test("test/README.md has one line for each coded invariant", async () => {
  const page = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  expect(page, "npm run invariants writes them again").toBe(withInvariants(page));
});

test("each invariant has a name of its own", () => {
  expect(new Set(allIds).size).toBe(allIds.length);
});
