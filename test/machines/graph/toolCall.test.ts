import { describe, expect, test } from "vitest";
import { exploreToolCall } from "../explore.js";
import { assertHolds } from "../invariants/invariant.js";
import { toolCallInvariants } from "../invariants/toolCall.js";

const graph = exploreToolCall();

describe("the tool call machine, every reachable state and every event", () => {
  for (const invariant of toolCallInvariants) {
    test(`${invariant.id}: ${invariant.says}`, () => assertHolds(invariant, graph));
  }

  test("the space is explored whole: every edge ends in a reachable state", () => {
    const strays = graph.edges.filter(({ step }) => !graph.states.has(graph.keyOf(step.snapshot)));
    expect(strays).toEqual([]);
    console.log(
      `tool call: ${graph.states.size} states, ${graph.edges.length} edges (sync and async, 1..3 attempts, with and without retryOnCrash and needsApproval)`,
    );
  });
});
