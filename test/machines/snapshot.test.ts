import { describe, expect, test } from "vitest";
import { transition, type AnyActorLogic } from "xstate";
import { migrate, SnapshotVersionError } from "../../machines/migrations.js";
import { stepWith } from "../../machines/snapshot.js";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  DEFAULT_TURN_LIMITS,
  stepThread,
  stepToolCall,
  THREAD_VERSION,
  threadMachine,
  type ThreadEffect,
  type ThreadEvent,
  type ThreadSnapshot,
} from "../../machines/index.js";
import { FAILURE, FEW, threadEvents, timeIn } from "./alphabet.js";
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
    const idle = threadMachine.resolveState({ value: "idle", context: createThreadSnapshot().context });
    const [, actions] = transition(threadMachine as AnyActorLogic, idle, {
      type: "SEND",
      at: 0,
    }) as unknown as [unknown, ThreadEffect[]];
    expect(actions.map(({ type }) => type)).toEqual(["armTurnTimer", "enqueueStream", "armWatchdog"]);
  });
});

describe("versions", () => {
  const newer: ThreadSnapshot = { ...createThreadSnapshot(), version: THREAD_VERSION + 1 };

  test("a newer snapshot is refused with a clear error, whatever the event", () => {
    for (const event of threadEvents(newer))
      expect(() => stepThread(newer, event)).toThrow(SnapshotVersionError);
    expect(() => stepThread(newer, { type: "STOP" })).toThrow(
      /written by version 2 .* knows versions 1 to 1/,
    );
  });

  test("a newer tool call is refused too", () => {
    const call = { ...createToolCallSnapshot(DEFAULT_TOOL_POLICY), version: 99 };
    expect(() => stepToolCall(call, { type: "REJECT", error: FAILURE })).toThrow(SnapshotVersionError);
  });

  test("an older snapshot goes through each migration once, in order, and is stored in the new version", () => {
    const migrations = {
      1: (old: object) => ({ ...old, log: ["one"] }) as unknown as ThreadSnapshot,
      2: (old: object) => {
        const { log, ...rest } = old as ThreadSnapshot & { log: string[] };
        return { ...rest, context: { ...rest.context, turn: log.length + 10 } } as ThreadSnapshot;
      },
    };
    const versioned = { machine: threadMachine, version: 3, migrations };
    const step = stepWith<ThreadSnapshot["value"], ThreadSnapshot["context"], ThreadEffect>(
      versioned,
      createThreadSnapshot(),
      { type: "SEND" },
    );
    expect(step.snapshot).toMatchObject({ version: 3, context: { turn: 12 } });
    expect(step.snapshot).not.toHaveProperty("log");
  });

  test("a version without a way up is refused", () => {
    expect(() => migrate({ version: 1 }, { version: 3, migrations: { 1: (old) => old } })).toThrow(
      SnapshotVersionError,
    );
    expect(() => migrate({ version: 0 }, { version: 1, migrations: {} })).toThrow(SnapshotVersionError);
  });

  test("regression: a snapshot without a version is refused, not taken for a current one", () => {
    const { value, context } = createThreadSnapshot();
    const bare = { value, context } as ThreadSnapshot;
    expect(() => stepThread(bare, { type: "SEND" })).toThrow(SnapshotVersionError);
  });
});
