import { describe, expect, test } from "vitest";
import { transition, type AnyActorLogic } from "xstate";
import {
  createThreadSnapshot,
  DEFAULT_TURN_LIMITS,
  stepThread,
  stepToolCall,
  type ThreadEffect,
  type ThreadEvent,
  threadMachine,
} from "../../machines/index.js";
import { FEW, threadEvents, timeIn } from "./alphabet.js";
import { exploreThread, exploreToolCall } from "./explore.js";

const graph = exploreThread(FEW);
const toolCalls = exploreToolCall();

/** The same data with the keys of every object sorted, as Convex gives it back. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)])) as T;
}

describe("step", () => {
  test("an unknown event changes nothing, in any state", () => {
    const unknown = ["NO_SUCH_EVENT", "*", "", "xstate.init", "xstate.done.state.thread", "send"];
    for (const { snapshot } of graph.states.values()) {
      for (const type of unknown) {
        const step = stepThread(snapshot, { type } as unknown as ThreadEvent);
        expect(step).toEqual({ snapshot, effects: [], accepted: false });
      }
    }
  });

  test("an event without its fields changes nothing where they are asked for, and never throws", () => {
    for (const { snapshot } of graph.states.values()) {
      for (const { type } of threadEvents(snapshot).filter((event) => "generation" in event)) {
        expect(stepThread(snapshot, { type } as unknown as ThreadEvent).accepted).toBe(false);
      }
    }
  });

  test("a done snapshot takes no event", () => {
    const done = [...graph.states.values()].filter(({ snapshot }) => snapshot.value === "deleted");
    expect(done.length).toBeGreaterThan(0);
    for (const { snapshot } of done) {
      for (const event of threadEvents(snapshot)) expect(stepThread(snapshot, event).accepted).toBe(false);
    }
  });

  test("a stored snapshot with its keys in another order takes the same steps", () => {
    for (const { from, event, step } of graph.edges) {
      expect(stepThread(sorted(from), sorted(event), timeIn(from))).toEqual(step);
    }
  });

  test("a snapshot that went through JSON takes the same steps", () => {
    for (const { from, event, step } of toolCalls.edges) {
      expect(stepToolCall(JSON.parse(JSON.stringify(from)) as typeof from, event)).toEqual(step);
    }
  });

  test("the snapshot given in is not changed", () => {
    for (const { from, event } of graph.edges) {
      const before = structuredClone(from);
      stepThread(from, event);
      expect(from).toEqual(before);
    }
  });

  test("a stored context is not replaced by the machine's initial one", () => {
    const limits = { maxAttempts: 7, maxSteps: 9, maxTurnMs: 5 };
    const { snapshot } = stepThread(createThreadSnapshot(), { type: "SEND", limits });
    const after = stepThread(snapshot, { type: "STOP" }).snapshot;
    expect(after.context).toMatchObject(limits);
  });

  test("a turn without limits of its own takes the default ones", () => {
    const { snapshot } = stepThread(createThreadSnapshot(), { type: "SEND" });
    expect(snapshot.context).toMatchObject(DEFAULT_TURN_LIMITS);
  });

  test("snapshots stay small, whatever happened to the thread", () => {
    const sizes = [...graph.states.values()].map(({ snapshot }) => JSON.stringify(snapshot).length);
    expect(Math.max(...sizes)).toBeLessThan(700);
  });

  test("XState itself still gives effects as actions of the declared type and params", () => {
    const idle = threadMachine.resolveState({
      value: { settled: "idle" },
      context: createThreadSnapshot().context,
    });
    const [, actions] = transition(threadMachine as AnyActorLogic, idle, {
      type: "SEND",
      at: 0,
    }) as unknown as [unknown, ThreadEffect[]];
    expect(actions.map(({ type }) => type)).toEqual([
      "placeMessage",
      "armTurnTimer",
      "enqueueStream",
      "armWatchdog",
    ]);
  });
});
