export { initialThreadContext, type StopReason, type ThreadContext } from "./context.js";
export { describe, type ThreadDescription } from "./describe.js";
export type { ThreadEffect, ToolCallEffect } from "./effects.js";
export type { EndedTurn, TurnOutcome } from "./endedTurn.js";
export {
  DEFAULT_TURN_LIMITS,
  type ClockBudget,
  type Failure,
  type Place,
  type ThreadEvent,
  type TimedThreadEvent,
  type ToolCallEvent,
  type TurnLimits,
} from "./events.js";
export { SnapshotVersionError } from "./migrations.js";
export {
  STREAM_BACKOFF,
  TOOL_BACKOFF,
  backoffMs,
  isRetryable,
  retryAfterMs,
  type Backoff,
  type ErrorSignal,
} from "./retry.js";
export {
  THREAD_VERSION,
  TOOL_CALL_VERSION,
  createThreadSnapshot,
  createToolCallSnapshot,
  stepThread,
  stepToolCall,
  type Snapshot,
  type Step,
  type ThreadSnapshot,
  type ThreadStep,
  type ThreadValue,
  type ToolCallSnapshot,
  type ToolCallStep,
  type ToolCallValue,
} from "./snapshot.js";
export {
  awaitsTools,
  isPreparing,
  ownsEpoch,
  ownsLease,
  runningPart,
  statePath,
  threadStatus,
  toolCallStatus,
  type StoredThreadStatus,
  type ThreadStatus,
  type ToolCallStatus,
} from "./status.js";
export { storedThread, storedToolCall, threadSnapshot, toolCallSnapshot, type Stored } from "./stored.js";
export { threadMachine } from "./thread.js";
export { addTokens, NO_TOKENS, type Tokens } from "./tokens.js";
export { toolCallMachine } from "./toolCall.js";
export {
  DEFAULT_TOOL_POLICY,
  initialToolCallContext,
  type ToolCallContext,
  type ToolCallPolicy,
} from "./toolCallContext.js";
