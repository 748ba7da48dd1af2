import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  stepThread,
  stepToolCall,
  type ThreadEvent,
  type ThreadSnapshot,
  type ThreadStep,
  type ToolCallStep,
} from "../../../machines/index.js";
import { FEW, timeIn } from "../alphabet.js";
import {
  exploreThread,
  exploreToolCall,
  shortestThreadPaths,
  shortestToolCallPaths,
  simpleTurns,
  toolCallKey,
} from "../explore.js";

/** Takes a new thread through events that must all be accepted. */
function replay(path: ThreadEvent[]): ThreadSnapshot {
  return path.reduce((snapshot, event) => {
    const step = stepThread(snapshot, event, timeIn(snapshot));
    if (!step.accepted) throw new Error(`${event.type} is refused in ${JSON.stringify(path)}`);
    return step.snapshot;
  }, createThreadSnapshot());
}

/** The same with all that only grows so much higher. */
const shifted = <T extends object>(one: T, by: number): T => {
  const counters = ["generation", "turn", "revision", "startedAt"].filter((name) => name in one);
  return {
    ...one,
    ...Object.fromEntries(counters.map((name) => [name, (one as Record<string, number>)[name]! + by])),
  };
};

const typesOf = ({ effects }: ThreadStep | ToolCallStep) => effects.map(({ type }) => type).join();

describe("paths", () => {
  test("each reachable state of a thread has a shortest path that leads there, every event accepted", () => {
    const { states, keyOf } = exploreThread(FEW);
    const reached = shortestThreadPaths(FEW).map((path) => keyOf(replay(path)));
    expect(new Set(reached)).toEqual(new Set(states.keys()));
  }, 60_000);

  test("each reachable state of a tool call has a shortest path that leads there, every event accepted", () => {
    const reached = shortestToolCallPaths().map(({ policy, path }) => {
      const end = path.reduce((snapshot, event) => {
        const step = stepToolCall(snapshot, event);
        expect(step.accepted).toBe(true);
        return step.snapshot;
      }, createToolCallSnapshot(policy));
      return toolCallKey(end);
    });
    expect(new Set(reached).size).toBe(reached.length);
  });

  test.each([
    { maxAttempts: 1, maxSteps: 1 },
    { maxAttempts: 2, maxSteps: 1 },
    { maxAttempts: 1, maxSteps: 2 },
  ])(
    "every simple way through one turn is accepted event by event (%o)",
    (limits) => {
      const turns = simpleTurns(limits);
      for (const path of turns) replay(path);
      console.log(`simple ways through a turn, ${JSON.stringify(limits)}: ${turns.length}`);
      expect(turns.length).toBeGreaterThan(100);
    },
    60_000,
  );

  test("what an abstracted state hides does not matter: later generations, turns, revisions and times take the same edges", () => {
    const { edges } = exploreThread(FEW);
    const shift = 1_000;
    for (const { from, event, step } of edges) {
      const later = { ...from, context: shifted(from.context, shift) };
      const laterStep = stepThread(later, shifted(event, shift), timeIn(later));
      const context = shifted(laterStep.snapshot.context, -shift);
      expect(isDeepStrictEqual({ ...laterStep.snapshot, context }, step.snapshot), event.type).toBe(true);
      expect(typesOf(laterStep), event.type).toBe(typesOf(step));
    }
  }, 60_000);

  test("nor does it for tool calls: later epochs and deadlines take the same edges", () => {
    const shift = 1_000;
    for (const { from, event, step } of exploreToolCall().edges) {
      const { epoch, deadline } = from.context;
      const later = {
        ...from,
        context: { ...from.context, epoch: epoch + shift, deadline: deadline + shift },
      };
      const laterEvent = {
        ...event,
        ...("epoch" in event ? { epoch: event.epoch + shift } : {}),
        ...("deadline" in event ? { deadline: event.deadline + shift } : {}),
      };
      const laterStep = stepToolCall(later, laterEvent);
      const { epoch: run, deadline: due } = laterStep.snapshot.context;
      // A call that has its outcome has neither, or still has the one that shows an approval.
      const by = (token: number) => (token >= shift - 1 ? shift : 0);
      const context = { ...laterStep.snapshot.context, epoch: run - by(run), deadline: due - by(due) };
      expect(isDeepStrictEqual({ ...laterStep.snapshot, context }, step.snapshot), event.type).toBe(true);
      expect(typesOf(laterStep), event.type).toBe(typesOf(step));
    }
  });
});
