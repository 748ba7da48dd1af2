// @vitest-environment node
import path from "node:path";
import { expect, test } from "vitest";
import { hasXState, load } from "../bench/imports/bundle.js";
import { filesWith } from "../bench/imports/files.js";

const root = path.resolve(import.meta.dirname, "../..");

const queries = filesWith("query").map((file) => path.relative(root, file));

test.each([...queries, "src/index.ts", "src/react/index.ts"])("%s loads no XState", async (file) => {
  expect(hasXState(await load(path.join(root, file)))).toBe(false);
});

test("what dispatches loads XState", async () => {
  const loads = await Promise.all(filesWith("mutation").map(load));
  expect(loads.some(hasXState)).toBe(true);
});
