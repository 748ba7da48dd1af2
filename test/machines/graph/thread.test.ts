import { describe, expect, test } from "vitest";
import { exploreThread } from "../explore.js";
import { assertHolds } from "../invariants/invariant.js";
import { threadInvariants } from "../invariants/thread.js";

const graph = exploreThread();

describe("the thread machine, every reachable state and every event", () => {
  for (const invariant of threadInvariants) {
    test(`${invariant.id}: ${invariant.says}`, () => assertHolds(invariant, graph));
  }

  test("the space is explored whole: every edge ends in a reachable state", () => {
    const strays = graph.edges.filter(({ step }) => !graph.states.has(graph.keyOf(step.snapshot)));
    expect(strays).toEqual([]);
    console.log(
      `thread: ${graph.states.size} states, ${graph.edges.length} edges (1..3 attempts, 1..2 steps)`,
    );
  });
});
