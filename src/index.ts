export { vStatusChange } from "../component/insightValidators.js";
export type { AgentTools } from "./agentTools.js";
export { defineAgentApi, defineInternalAgentApi } from "./agentApi.js";
export { decodeValue, encodeValue } from "./convexValue.js";
export type { StreamingOptions } from "./deltaWriter.js";
export { agentErrorData, type AgentErrorData, type DefinitionErrorCode, type ErrorCode } from "./errors.js";
export type { OutputOf } from "./output.js";
export type {
  StepCallbacks,
  StepErrorEvent,
  StepFinishEvent,
  StepPlace,
  TurnCompleteEvent,
} from "./stepCallbacks.js";
export { createRetention, type RetentionOptions } from "./retention.js";
export { streamHandlerAction } from "./streamHandler.js";
export type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
export type { TitleOptions } from "./title.js";
export {
  createActionTool,
  createAsyncTool,
  type AsyncToolCallbackArgs,
  type DurableTool,
  type ToolBackoff,
  type ToolCallIdentity,
  type ToolRetry,
} from "./tools.js";
export { isToolCallWanted } from "./wanted.js";
export { createWorkpoolBridge } from "./workpool.js";
export type {
  ActionCtx,
  AgentApiOptions,
  ComponentApi,
  EnqueueAction,
  Cursor,
  Explanation,
  MessageDoc,
  MessagesWithStreams,
  MutationCtx,
  PendingCall,
  QueryCtx,
  StatusChange,
  StatusChangeMutation,
  StreamArgs,
  StreamCursor,
  StreamHandler,
  StreamNews,
  ThreadDoc,
  ThreadStatus,
  ThreadUsage,
  Transition,
  TransitionPage,
  Turn,
  TurnPage,
} from "./types.js";
