import { readFile } from "node:fs/promises";
import { toDirectedGraph } from "@xstate/graph";
import { expect, test } from "vitest";
import { createMachine, type AnyStateMachine } from "xstate";
import { threadMachine, toolCallMachine } from "../../../machines/index.js";
import { everyNode, unmatchedWords } from "./mermaid.js";
import { diagramFiles } from "./pages.js";

const stored = (file: string) => readFile(new URL(`../../../docs/diagrams/${file}`, import.meta.url), "utf8");

test.each(diagramFiles)("docs/diagrams/$file shows the machine as it is", async ({ file, text }) => {
  expect(await stored(file), "npm run diagrams draws it again").toBe(text);
});

test("a diagram has every state and an arrow for every event", async () => {
  const [thread, toolCall] = [await stored("thread.md"), await stored("toolCall.md")];
  for (const state of ["settled_idle", "begin", "running_queued", "running_tools", "deleted"]) {
    expect(thread).toContain(`${state}:`);
  }
  expect(thread).toContain("running_stepDone: stepDone (transient)");
  expect(thread).toContain("begin --> running: at once [budget left]");
  expect(thread).toContain("running_backoff --> running_queued: RETRY_DUE");
  expect(toolCall).toContain("pending --> cancelled: CANCEL");
});

test("every guard of both machines has words, and no others have", () => {
  expect(unmatchedWords([threadMachine, toolCallMachine])).toEqual([]);
});

test.each([
  ["thread.json", threadMachine],
  ["toolCall.json", toolCallMachine],
])("docs/diagrams/%s alone makes the machine's chart", async (file, machine) => {
  const chart = JSON.parse(await stored(file)) as object;
  expect(chart).toEqual(machine.config);
  const statesOf = (one: AnyStateMachine) => everyNode(toDirectedGraph(one)).map(({ id }) => id);
  expect(statesOf(createMachine(chart as never))).toEqual(statesOf(machine as AnyStateMachine));
});
