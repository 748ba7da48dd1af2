import { migrate, SnapshotVersionError, type Migrations } from "./migrations.js";
import type { Snapshot, ThreadSnapshot, ToolCallSnapshot } from "./snapshot.js";
import type { ThreadContext } from "./thread/context.js";
import { stateName, stateValue, type ThreadState } from "./thread/states.js";
import { leanTokens, wholeTokens, type Tokens } from "./thread/tokens.js";
import type { ToolCallContext } from "./toolCall/context.js";
import { toolCallState, toolCallValue, type ToolCallState } from "./toolCall/states.js";

/** A snapshot as it is stored in a row: the state's name, and of the context what differs from its version's base. */
export interface Stored<State extends string, Context> {
  /** The version that wrote it; absent for the first one. */
  version?: number;
  state: State;
  /** Absent where nothing differs. */
  context?: StoredContext<Context>;
}
export type StoredThread = Stored<ThreadState, ThreadContext>;
export type StoredToolCall = Stored<ToolCallState, ToolCallContext>;

type StoredContext<Context> = {
  [Name in keyof Context]?: Context[Name] extends Tokens ? Partial<Tokens> : Context[Name];
};

/** The versions of a machine's stored snapshots. */
export interface Versions {
  /** The version that snapshots are written with. */
  current: number;
  /**
   * What each version's contexts leave out. A base is part of the stored form and never changes, whatever the machine's
   * defaults become. Only a field that is new is added, with the value that its absence means.
   */
  bases: Record<number, Record<string, unknown>>;
  migrations: Migrations;
}

const LIMITS_1 = {
  maxAttempts: 3,
  maxSteps: 50,
  maxTurnMs: null,
  maxTurnTokens: null,
  maxTurnCost: null,
  maxThreadMs: null,
  maxThreadTokens: null,
  maxThreadCost: null,
};

export const THREAD_VERSIONS: Versions = {
  current: 1,
  bases: {
    1: {
      generation: 0,
      turn: 0,
      revision: 0,
      lease: null,
      attempt: 1,
      steps: 0,
      calls: 0,
      queued: 0,
      steered: 0,
      startedAt: 0,
      tokens: { input: 0, output: 0, reasoning: 0, cached: 0, cacheWrite: 0, total: 0 },
      cost: 0,
      threadTokens: 0,
      threadCost: 0,
      threadMs: 0,
      stopReason: null,
      error: null,
      ...LIMITS_1,
    } satisfies Record<keyof ThreadContext, unknown>,
  },
  migrations: {},
};

export const TOOL_CALL_VERSIONS: Versions = {
  current: 1,
  bases: {
    1: {
      kind: "sync",
      maxAttempts: 3,
      retryOnCrash: false,
      needsApproval: false,
      timeoutMs: null,
      approvalTimeoutMs: null,
      epoch: 0,
      deadline: 0,
      attempt: 1,
      error: null,
    } satisfies Record<keyof ToolCallContext, unknown>,
  },
  migrations: {},
};

const FIRST_VERSION = 1;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** What of an object differs from the base. */
function differing(value: object, base: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, now] of Object.entries(value) as [string, unknown][]) {
    const left = base[name];
    if (now === left) continue;
    const stored = isObject(now) && isObject(left) ? differing(now, left) : now;
    if (!isObject(stored) || Object.keys(stored).length > 0) kept[name] = stored;
  }
  return kept;
}

/** An object with what it leaves out of the base. */
function filled(stored: object, base: Record<string, unknown>): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...base, ...stored };
  for (const [name, left] of Object.entries(base)) {
    const own = whole[name];
    if (isObject(left) && isObject(own) && own !== left) whole[name] = { ...left, ...own };
  }
  return whole;
}

/** A snapshot in its stored form: a row that is written at each transition is worth being small. */
export function store<State extends string, Context extends object>(
  state: State,
  context: Context,
  { current, bases }: Versions,
): Stored<State, Context> {
  const differs = differing(context, bases[current]!) as StoredContext<Context>;
  const stored = Object.keys(differs).length > 0 ? { state, context: differs } : { state };
  return current === FIRST_VERSION ? stored : { version: current, ...stored };
}

/**
 * A stored snapshot whole and in the current version: what was left out is filled in from the base of the version that
 * wrote it, and then it is migrated.
 *
 * @throws SnapshotVersionError when it was written by a newer version.
 */
export function restore(
  { version = FIRST_VERSION, state, context = {} }: Stored<string, Record<string, unknown>>,
  { current, bases, migrations }: Versions,
) {
  const base = bases[version];
  if (!base) throw new SnapshotVersionError(version, current);
  return migrate({ state, context: filled(context, base) }, { from: version, to: current, migrations });
}

/** A thread's snapshot in its stored form. */
export const storeThread = (snapshot: ThreadSnapshot): StoredThread =>
  store(
    stateName(snapshot),
    { ...snapshot.context, tokens: leanTokens(snapshot.context.tokens) },
    THREAD_VERSIONS,
  );

/**
 * A thread's snapshot, from its stored form.
 *
 * @throws SnapshotVersionError when it was written by a newer version.
 */
export function restoreThread(stored: StoredThread): ThreadSnapshot {
  const tokens = wholeTokens(stored.context?.tokens ?? {});
  const { state, context } = restore({ ...stored, context: { ...stored.context, tokens } }, THREAD_VERSIONS);
  return snapshotOf(stateValue(state as ThreadState), context);
}

/** A tool call's snapshot in its stored form. */
export const storeToolCall = (snapshot: ToolCallSnapshot): StoredToolCall =>
  store(toolCallState(snapshot), snapshot.context, TOOL_CALL_VERSIONS);

/**
 * A tool call's snapshot, from its stored form.
 *
 * @throws SnapshotVersionError when it was written by a newer version.
 */
export function restoreToolCall(stored: StoredToolCall): ToolCallSnapshot {
  const { state, context } = restore(stored, TOOL_CALL_VERSIONS);
  return snapshotOf(toolCallValue(state as ToolCallState), context);
}

const snapshotOf = <Value, Context>(value: Value, context: Record<string, unknown>) =>
  ({ value, context }) as Snapshot<Value, Context>;
