import { describe, expect, test } from "vitest";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  restoreThread,
  restoreToolCall,
  SnapshotVersionError,
  stepThread,
  storeThread,
  storeToolCall,
} from "../../machines/index.js";
import { restore, store, THREAD_VERSIONS, TOOL_CALL_VERSIONS, type Versions } from "../../machines/stored.js";
import { FEW, TOKENS } from "./alphabet.js";
import { exploreThread, exploreToolCall } from "./explore.js";

describe("the stored form", () => {
  test("gives every reachable snapshot back as it was", () => {
    for (const { snapshot } of exploreThread(FEW).states.values())
      expect(restoreThread(storeThread(snapshot))).toEqual(snapshot);
    for (const { snapshot } of exploreToolCall().states.values())
      expect(restoreToolCall(storeToolCall(snapshot))).toEqual(snapshot);
  });

  test("leaves out what is as in its base, also inside of tokens", () => {
    expect(storeThread(createThreadSnapshot())).toEqual({ state: "idle" });
    const { snapshot } = stepThread(createThreadSnapshot(), { type: "SEND" }, 7);
    expect(storeThread(snapshot)).toEqual({
      state: "queued",
      context: { generation: 1, turn: 1, startedAt: 7 },
    });
    const used = {
      ...snapshot,
      context: { ...snapshot.context, tokens: { ...TOKENS, cached: 0, cacheWrite: 0 } },
    };
    expect(storeThread(used).context!.tokens).toEqual({ input: 2, output: 1, reasoning: 1 });
  });

  test("is small, whatever happened to the thread", () => {
    const sizes = [...exploreThread(FEW).states.values()].map(
      ({ snapshot }) => JSON.stringify(storeThread(snapshot)).length,
    );
    expect(Math.max(...sizes)).toBeLessThan(450);
  });
});

describe("a later version", () => {
  /** The thread's machine in a made-up version 2: fewer steps by default, other words, a field that is new. */
  const next: Versions = {
    current: 2,
    bases: {
      ...THREAD_VERSIONS.bases,
      2: { ...THREAD_VERSIONS.bases[1]!, maxSteps: 2, maxTurnMs: 60_000, priority: 0 },
    },
    migrations: {
      1: ({ state, context }) => ({
        state: state === "tools" ? "toolCalls" : state,
        context: { ...context, priority: 5 },
      }),
    },
  };

  test("changes no stored row: what was left out keeps the meaning that it was written with", () => {
    const { snapshot } = stepThread(createThreadSnapshot(), { type: "SEND" }, 7);
    const row = storeThread(snapshot);
    expect(row.context).not.toHaveProperty("maxSteps");
    const { context } = restore(row, next);
    expect(context).toEqual({ ...snapshot.context, priority: 5 });
    expect(context).toMatchObject({ maxSteps: 50, maxTurnMs: null });
  });

  test("writes with its own base, and reads what it wrote without migrating it", () => {
    const context = { ...next.bases[2]!, turn: 3 };
    const row = store("toolCalls", context, next);
    expect(row).toEqual({ version: 2, state: "toolCalls", context: { turn: 3 } });
    expect(restore(row, next)).toEqual({ state: "toolCalls", context });
  });

  test("a tool in flight does not run twice because a default has changed", () => {
    const reckless: Versions = {
      current: 2,
      bases: { ...TOOL_CALL_VERSIONS.bases, 2: { ...TOOL_CALL_VERSIONS.bases[1]!, retryOnCrash: true } },
      migrations: { 1: (snapshot) => snapshot },
    };
    const row = storeToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY));
    expect(restore(row, reckless).context).toMatchObject({ retryOnCrash: false });
  });

  test("goes through each migration once, in order", () => {
    const three: Versions = {
      current: 3,
      bases: { 1: {}, 2: {}, 3: {} },
      migrations: {
        1: ({ state, context }) => ({ state, context: { ...context, log: ["one"] } }),
        2: ({ state, context }) => ({ state, context: { turn: (context["log"] as string[]).length + 10 } }),
      },
    };
    expect(restore({ state: "idle", context: {} }, three)).toEqual({ state: "idle", context: { turn: 11 } });
  });

  test("is refused by code that does not know it, with a clear error", () => {
    const newer = { ...storeThread(createThreadSnapshot()), version: 2 };
    expect(() => restoreThread(newer)).toThrow(SnapshotVersionError);
    expect(() => restoreThread(newer)).toThrow(/written by version 2 .* knows versions 1 to 1/);
    const call = { ...storeToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY)), version: 99 };
    expect(() => restoreToolCall(call)).toThrow(SnapshotVersionError);
  });

  test("is refused where the way up is missing", () => {
    const gap: Versions = { ...next, current: 3, bases: { ...next.bases, 3: {} } };
    expect(() => restore({ state: "idle", context: {} }, gap)).toThrow(SnapshotVersionError);
  });
});
