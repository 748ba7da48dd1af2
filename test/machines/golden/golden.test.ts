import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  restoreThread,
  restoreToolCall,
  stepThread,
  stepToolCall,
  type ThreadSnapshot,
  type ToolCallSnapshot,
} from "../../../machines/index.js";
import { threadEvents, toolCallEvents } from "../alphabet.js";
import { threadKey, toolCallKey } from "../explore.js";
import { isSettled, isUsers, place } from "../invariants/threadPlaces.js";
import { currentGolden, GOLDEN_VERSION, type Golden } from "./goldens.js";

const folder = new URL("./", import.meta.url);
const files = readdirSync(folder).filter((name) => /^v\d+\.json$/.test(name));
const goldenOf = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;

/** Looks, breadth first, for a way to a goal along steps that are accepted. */
function reaches<S>(
  start: S,
  nextOf: (state: S) => S[],
  keyOf: (state: S) => string,
  isGoal: (state: S) => boolean,
) {
  const seen = new Set([keyOf(start)]);
  const queue = [start];
  for (const state of queue) {
    if (isGoal(state)) return true;
    for (const next of nextOf(state).filter((one) => !seen.has(keyOf(one)))) {
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
  return false;
}

const isOver = (snapshot: ThreadSnapshot) => isSettled(snapshot) || place(snapshot) === "deleted";
const nextThreads = (snapshot: ThreadSnapshot) =>
  threadEvents(snapshot)
    .filter((event) => !isUsers(event))
    .map((event) => stepThread(snapshot, event))
    .filter(({ accepted }) => accepted)
    .map((step) => step.snapshot);
const nextCalls = (snapshot: ToolCallSnapshot) =>
  toolCallEvents(snapshot)
    .map((event) => stepToolCall(snapshot, event))
    .filter(({ accepted }) => accepted)
    .map((step) => step.snapshot);

describe.each(files)("snapshots stored as in %s", (file) => {
  const golden = goldenOf(file);

  test("each thread loads, and settles by internal events alone", () => {
    for (const snapshot of golden.thread.map(restoreThread)) {
      expect(reaches(snapshot, nextThreads, threadKey, isOver), JSON.stringify(snapshot)).toBe(true);
    }
  });

  test("each thread that is not deleted can be stopped or run again", () => {
    const isStopped = (one: ThreadSnapshot) => /^delet|stopping$/.test(place(one));
    for (const snapshot of golden.thread.map(restoreThread).filter((one) => !isStopped(one))) {
      const step = stepThread(snapshot, { type: isSettled(snapshot) ? "RESUME" : "STOP" });
      expect(step.accepted, JSON.stringify(snapshot)).toBe(true);
    }
  });

  test("each tool call loads, and has an outcome or can be cancelled", () => {
    const isFinal = ({ value }: ToolCallSnapshot) => typeof value === "string";
    for (const snapshot of golden.toolCall.map(restoreToolCall)) {
      expect(reaches(snapshot, nextCalls, toolCallKey, isFinal), JSON.stringify(snapshot)).toBe(true);
      if (isFinal(snapshot)) continue;
      const step = stepToolCall(snapshot, { type: "CANCEL" });
      expect(step.accepted).toBe(true);
    }
  });
});

test("each version has its golden file, and the current one's holds what the machines store now", () => {
  const expected = Array.from({ length: GOLDEN_VERSION }, (_, index) => `v${index + 1}.json`);
  expect(files.sort()).toEqual(expected.sort());
  const stored = goldenOf(`v${GOLDEN_VERSION}.json`);
  const current = currentGolden();
  const hint =
    "the stored form has changed: count the machine's version up, add a base and a migration, and run npm run golden";
  expect(stored, hint).toEqual(current);
});
