import { transition, type AnyActorLogic, type AnyStateMachine, type EventFromLogic } from "xstate";
import type { Snapshot, ThreadSnapshot, ToolCallSnapshot } from "./snapshot.js";
import { THREAD_EFFECTS, type ThreadEffect } from "./thread/effects.js";
import type { ThreadEvent } from "./thread/events.js";
import { threadMachine } from "./thread/machine.js";
import { TOOL_CALL_EFFECTS, type ToolCallEffect } from "./toolCall/effects.js";
import type { ToolCallEvent } from "./toolCall/events.js";
import { toolCallMachine } from "./toolCall/machine.js";

/** The outcome of one event. */
export interface Step<S, Effect> {
  snapshot: S;
  /** What the host must do, in order, in the transaction that saves the snapshot. */
  effects: Effect[];
  /** False for an event that is stale or means nothing in this state: the snapshot is then unchanged. */
  accepted: boolean;
}
export type ThreadStep = Step<ThreadSnapshot, ThreadEffect>;
export type ToolCallStep = Step<ToolCallSnapshot, ToolCallEffect>;

/** What completes the effects that a machine's chart names: each by its type. */
export type Completions = Record<string, (context: never, event: never, chart: never) => object | undefined>;

/** An action as XState's `transition` returns it, with what the machine knew when the action's turn had come. */
interface EmittedAction {
  type: string;
  params?: unknown;
  info: { context: unknown; event: unknown };
}

/**
 * Takes a snapshot through one event and returns the next one as plain data. The checks of the model call it with
 * machines that are broken on purpose; everybody else wants {@link stepThread} or {@link stepToolCall}.
 */
export function stepWith<Value, Context, Effect>(
  { machine, completions }: { machine: AnyStateMachine; completions: Completions },
  snapshot: Snapshot<Value, Context>,
  event: { type: string; at?: number },
): Step<Snapshot<Value, Context>, Effect> {
  const restored = machine.resolveState({ value: snapshot.value as never, context: snapshot.context });
  if (!restored.can(event)) return { snapshot, effects: [], accepted: false };
  const [next, actions] = transition(
    machine as AnyActorLogic,
    restored,
    event as EventFromLogic<AnyActorLogic>,
  ) as [typeof restored, EmittedAction[]];
  const effects = actions.map(({ type, params: chart, info }) => {
    const params = completions[type]!(info.context as never, info.event as never, chart as never);
    return params ? { type, params } : { type };
  });
  return {
    snapshot: { value: next.value as Value, context: next.context as Context },
    effects: effects as Effect[],
    accepted: true,
  };
}

/**
 * Takes a thread through one event. Pure and total over events: one that is stale or unknown changes nothing and emits
 * nothing.
 *
 * @param now - when the event came, in milliseconds since the epoch.
 * @example
 * const { snapshot, effects } = stepThread(createThreadSnapshot(), { type: "SEND" }, Date.now());
 */
export const stepThread = (snapshot: ThreadSnapshot, event: ThreadEvent, now = 0): ThreadStep =>
  stepWith({ machine: threadMachine, completions: THREAD_EFFECTS }, snapshot, { ...event, at: now });

/** Takes a tool call through one event; see {@link stepThread}. */
export const stepToolCall = (snapshot: ToolCallSnapshot, event: ToolCallEvent): ToolCallStep =>
  stepWith({ machine: toolCallMachine, completions: TOOL_CALL_EFFECTS }, snapshot, event);
