import { transition, type AnyActorLogic, type AnyStateMachine, type EventFromLogic } from "xstate";
import type { ThreadEffect, ToolCallEffect } from "./effects.js";
import type { ThreadEvent, ToolCallEvent } from "./events.js";
import { initialThreadContext, type ThreadContext } from "./context.js";
import { migrate, type Migrations } from "./migrations.js";
import { threadMachine } from "./thread.js";
import { toolCallMachine } from "./toolCall.js";
import { initialToolCallContext, type ToolCallContext, type ToolCallPolicy } from "./toolCallContext.js";

/** The machine's state as stored: what `resolveState` and Stately's tools take, and the version that wrote it. */
export interface Snapshot<Value, Context> {
  version: number;
  value: Value;
  context: Context;
}

/** Where a thread is. */
export type ThreadValue =
  | "idle"
  | "completed"
  | "failed"
  | "stopped"
  | "deleting"
  | "deleted"
  | { running: "queued" | "streaming" | "backoff" | "tools" }
  | { preparing: "truncating" | "copying" | "stopping" };
export type ThreadSnapshot = Snapshot<ThreadValue, ThreadContext>;

/** Where a tool call is. */
export type ToolCallValue =
  | { pending: "requested" | "awaitingApproval" | "executing" | "backoff" | "awaitingResult" }
  | "completed"
  | "failed"
  | "denied"
  | "cancelled";
export type ToolCallSnapshot = Snapshot<ToolCallValue, ToolCallContext>;

/** The version that new snapshots are written with. */
export const THREAD_VERSION = 1;
export const TOOL_CALL_VERSION = 1;

/** What one event did to a snapshot. */
export interface Step<S, Effect> {
  snapshot: S;
  /** What the host must do, in order, in the transaction that saves the snapshot. */
  effects: Effect[];
  /** False for an event that is stale or means nothing in this state: the snapshot is then unchanged. */
  accepted: boolean;
}
export type ThreadStep = Step<ThreadSnapshot, ThreadEffect>;
export type ToolCallStep = Step<ToolCallSnapshot, ToolCallEffect>;

/** A machine, the version it writes, and the way from older versions. */
export interface VersionedMachine {
  machine: AnyStateMachine;
  version: number;
  migrations: Migrations;
}

const THREAD: VersionedMachine = { machine: threadMachine, version: THREAD_VERSION, migrations: {} };
const TOOL_CALL: VersionedMachine = {
  machine: toolCallMachine,
  version: TOOL_CALL_VERSION,
  migrations: {},
};

/**
 * Loads a stored snapshot, takes it through one event and gives back the next one as plain data. The checks
 * of the model call it with machines that are broken on purpose; everybody else wants {@link stepThread} or
 * {@link stepToolCall}.
 */
export function stepWith<Value, Context, Effect>(
  versioned: VersionedMachine,
  stored: Snapshot<Value, Context>,
  event: { type: string; at?: number },
): Step<Snapshot<Value, Context>, Effect> {
  const current = migrate(stored, versioned) as Snapshot<Value, Context>;
  const restored = versioned.machine.resolveState({
    value: current.value as never,
    context: current.context,
  });
  if (!restored.can(event)) return { snapshot: current, effects: [], accepted: false };
  const [next, actions] = transition(
    versioned.machine as AnyActorLogic,
    restored,
    event as EventFromLogic<AnyActorLogic>,
  ) as [typeof restored, { type: string; params?: unknown }[]];
  return {
    snapshot: { version: versioned.version, value: next.value as Value, context: next.context as Context },
    effects: actions.map(({ type, params }) => (params ? { type, params } : { type })) as Effect[],
    accepted: true,
  };
}

/**
 * Takes a thread through one event. Pure and total over events: one that is stale or unknown changes
 * nothing and emits nothing.
 *
 * @param now - when the event came, in milliseconds since the epoch.
 * @throws SnapshotVersionError when the snapshot was written by a newer version of the machine.
 */
export function stepThread(snapshot: ThreadSnapshot, event: ThreadEvent, now = 0): ThreadStep {
  return stepWith(THREAD, snapshot, { ...event, at: now });
}

/**
 * Takes a tool call through one event; see {@link stepThread}.
 *
 * @throws SnapshotVersionError when the snapshot was written by a newer version of the machine.
 */
export function stepToolCall(snapshot: ToolCallSnapshot, event: ToolCallEvent): ToolCallStep {
  return stepWith(TOOL_CALL, snapshot, event);
}

/** The snapshot of a thread that was just created. */
export function createThreadSnapshot(): ThreadSnapshot {
  return { version: THREAD_VERSION, value: "idle", context: initialThreadContext };
}

/** The snapshot of a tool call that a step just asked for. */
export function createToolCallSnapshot(policy: ToolCallPolicy): ToolCallSnapshot {
  return {
    version: TOOL_CALL_VERSION,
    value: { pending: "requested" },
    context: { ...initialToolCallContext, ...policy },
  };
}
