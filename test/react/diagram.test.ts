import { describe, expect, test } from "vitest";
import { threadGraph } from "../../example/src/machine/graph.js";
import { BOXES, ROUTES } from "../../example/src/machine/layout.js";
import { eventNames, traversed } from "../../example/src/machine/traversed.js";
import { createThreadSnapshot, type ThreadSnapshot } from "convex-durable-agents/machines";

const { states, edges } = threadGraph();

describe("the diagram of the thread machine", () => {
  test("has a place for every state and a way for every transition, and for nothing else", () => {
    expect(Object.keys(BOXES).toSorted()).toEqual(states.map(({ path }) => path).toSorted());
    expect(Object.keys(ROUTES).toSorted()).toEqual(edges.map(({ id }) => id).toSorted());
  });

  test("knows which way a transition went", () => {
    const step = (from: string, to: string, turns: [number, number], queued = 0) => {
      const snapshot = (turn: number, queued: number): ThreadSnapshot => ({
        ...createThreadSnapshot(),
        context: { ...createThreadSnapshot().context, turn, queued },
      });
      const before = { at: 0, from: null, to: from, snapshot: snapshot(turns[0], 0) };
      const path = traversed(edges, { at: 1, from, to, snapshot: snapshot(turns[1], queued) }, before);
      return [path.map(({ id }) => id), eventNames(path)];
    };
    expect(step("settled.completed", "running.queued", [1, 2])).toEqual([
      ["settled -> begin", "begin -> running.queued"],
      ["SEND", "STEER", "INTERRUPT", "RESUME"],
    ]);
    expect(step("running.streaming", "running.queued", [1, 2])).toEqual([
      ["running.streaming -> begin", "begin -> running.queued"],
      ["STREAM_FINISHED", "STREAM_FAILED", "LEASE_EXPIRED"],
    ]);
    expect(step("running.streaming", "running.queued", [1, 1])[1]).toEqual([
      "STREAM_FINISHED",
      "LEASE_EXPIRED",
    ]);
    expect(step("running.backoff", "settled.stopped", [1, 1])[1]).toEqual(["TIME_UP", "STOP"]);
    expect(step("running.streaming", "running.streaming", [1, 1], 1)[1]).toEqual([
      "SEND",
      "STEER",
      "WITHDRAW",
    ]);
  });
});
