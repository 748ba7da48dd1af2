import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { diagramPages } from "./pages.js";

test.each(diagramPages)("docs/diagrams/$file shows the machine as it is", async ({ file, text }) => {
  const stored = await readFile(new URL(`../../../docs/diagrams/${file}`, import.meta.url), "utf8");
  expect(stored, "run test/scripts/diagrams.ts to draw it anew").toBe(text);
});

test("a diagram has every state and an arrow for every event", () => {
  const [thread, toolCall] = diagramPages;
  for (const state of ["idle", "begin", "running_queued", "running_tools", "deleted"]) {
    expect(thread?.text).toContain(`${state}:`);
  }
  expect(thread?.text).toContain("begin --> running: at once");
  expect(thread?.text).toContain("running_backoff --> running_queued: RETRY_DUE");
  expect(toolCall?.text).toContain("pending --> cancelled: CANCEL");
});
