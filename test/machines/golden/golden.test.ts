import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  stepThread,
  stepToolCall,
  THREAD_VERSION,
  TOOL_CALL_VERSION,
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
    for (const snapshot of golden.thread) {
      expect(reaches(snapshot, nextThreads, threadKey, isOver), JSON.stringify(snapshot)).toBe(true);
    }
  });

  test("each thread that is not deleted can be stopped or run again, and is stored in the current version then", () => {
    const isStopped = (one: ThreadSnapshot) => /^delet|stopping$/.test(place(one));
    for (const snapshot of golden.thread.filter((one) => !isStopped(one))) {
      const step = stepThread(snapshot, { type: isSettled(snapshot) ? "RESUME" : "STOP" });
      expect(step.accepted, JSON.stringify(snapshot)).toBe(true);
      expect(step.snapshot.version).toBe(THREAD_VERSION);
    }
  });

  test("each tool call loads, and has an outcome or can be cancelled", () => {
    const isFinal = ({ value }: ToolCallSnapshot) => typeof value === "string";
    for (const snapshot of golden.toolCall) {
      expect(reaches(snapshot, nextCalls, toolCallKey, isFinal), JSON.stringify(snapshot)).toBe(true);
      if (isFinal(snapshot)) continue;
      const step = stepToolCall(snapshot, { type: "CANCEL" });
      expect(step.accepted).toBe(true);
      expect(step.snapshot.version).toBe(TOOL_CALL_VERSION);
    }
  });
});

test("each version has its golden file, and the current one's holds what the machines store now", () => {
  const expected = Array.from({ length: GOLDEN_VERSION }, (_, index) => `v${index + 1}.json`);
  expect(files.sort()).toEqual(expected.sort());
  const stored = goldenOf(`v${GOLDEN_VERSION}.json`);
  const current = currentGolden();
  const hint =
    "stored states have changed: count the machine's version up, add a migration, and run test/machines/golden/write.ts";
  expect(new Set(stored.thread.map(threadKey)), hint).toEqual(new Set(current.thread.map(threadKey)));
  expect(new Set(stored.toolCall.map(toolCallKey)), hint).toEqual(new Set(current.toolCall.map(toolCallKey)));
  const shapeOf = ({ context }: { context: object }) => Object.keys(context).sort().join();
  expect(new Set(stored.thread.map(shapeOf)), hint).toEqual(new Set(current.thread.map(shapeOf)));
  expect(new Set(stored.toolCall.map(shapeOf)), hint).toEqual(new Set(current.toolCall.map(shapeOf)));
});
