import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { PAGE, publicApi } from "./page.js";

test("the public API is the one that is written down", async () => {
  expect(await readFile(PAGE, "utf8"), "npm run api writes it; CHANGELOG.md tells users").toBe(
    await publicApi(),
  );
}, 120_000);
