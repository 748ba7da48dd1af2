export { describeThread, type ThreadDescription } from "./describe.js";
export type { Failure } from "./failure.js";
export { SnapshotVersionError } from "./migrations.js";
export {
  createThreadSnapshot,
  createToolCallSnapshot,
  type ThreadSnapshot,
  type ToolCallSnapshot,
} from "./snapshot.js";
export {
  recordHistory,
  replayThread,
  type LoggedTransition,
  type RecordedHistory,
  type ReplayedEvent,
} from "./replay.js";
export { stepThread, stepToolCall, type ThreadStep, type ToolCallStep } from "./step.js";
export { restoreThread, restoreToolCall, storeThread, storeToolCall } from "./stored.js";
export { DEFAULT_TURN_LIMITS, type TurnLimits } from "./thread/budgets.js";
export type { EventDetails } from "./thread/details.js";
export type { ThreadContext } from "./thread/context.js";
export type { ThreadEffect } from "./thread/effects.js";
export type { ThreadEvent } from "./thread/events.js";
export { threadMachine } from "./thread/machine.js";
export { threadStatus, type ThreadStatus } from "./thread/states.js";
export { DEFAULT_TOOL_POLICY, type ToolCallContext, type ToolCallPolicy } from "./toolCall/context.js";
export type { ToolCallEffect } from "./toolCall/effects.js";
export type { ToolCallEvent } from "./toolCall/events.js";
export { toolCallMachine } from "./toolCall/machine.js";
export { toolCallStatus, type ToolCallStatus } from "./toolCall/states.js";
