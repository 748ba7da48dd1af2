export { vStatusChange } from "../component/validators/insight.js";
export type { AgentTools } from "./tools/agentTools.js";
export { defineAgentApi, defineInternalAgentApi } from "./api/agentApi.js";
export { decodeValue, encodeValue } from "../component/lib/storable.js";
export type { StreamingOptions } from "./handler/deltaWriter.js";
export { agentErrorData, type AgentErrorData, type DefinitionErrorCode, type ErrorCode } from "./errors.js";
export type {
  StepCallbacks,
  StepErrorEvent,
  StepFinishEvent,
  StepPlace,
  TurnCompleteEvent,
} from "./handler/stepCallbacks.js";
export { createRetention, type RetentionOptions } from "./api/retention.js";
export { streamHandlerAction } from "./handler/streamHandler.js";
export type { AnswerFacts, MessageMetadata } from "./handler/answerMetadata.js";
export type { Price } from "./handler/answerUsage.js";
export type { Usage } from "./handler/usage.js";
export type {
  OutputOf,
  StepInfo,
  StreamHandlerOptions,
  StreamHandlerOptionsFactory,
} from "./handler/streamOptions.js";
export type { TitleOptions } from "./handler/title.js";
export {
  createActionTool,
  createAsyncTool,
  type AsyncToolCallbackArgs,
  type DurableTool,
  type ToolBackoff,
  type ToolRetry,
} from "./tools/tools.js";
export {
  isToolCallWanted,
  reportProgress,
  writeData,
  vToolCallIdentity,
  type ToolCallIdentity,
} from "./tools/runningCall.js";
export type { ConvertDataPart } from "./handler/history.js";
export { mcpToolAction, type McpToolActionArgs } from "./tools/mcpAction.js";
export type { McpClient, McpToolDefinition, McpToolDefinitions } from "./tools/mcpClient.js";
export type { McpToolResult } from "./tools/mcpResult.js";
export { createMcpTools, type McpToolsOptions } from "./tools/mcpTools.js";
export { createWorkpoolBridge } from "./tools/workpool.js";
export type {
  ActionCtx,
  AgentApiOptions,
  ComponentApi,
  EnqueueAction,
  Cursor,
  DataPart,
  Explanation,
  MessageDoc,
  MessagesWithStreams,
  MutationCtx,
  PendingCall,
  QueryCtx,
  Sending,
  SentData,
  SentFile,
  StatusChange,
  StatusChangeMutation,
  StreamArgs,
  StreamCursor,
  StreamHandler,
  StreamUpdate,
  ThreadDoc,
  ThreadStatus,
  ThreadUsage,
  Transition,
  TransitionPage,
  Turn,
  TurnPage,
} from "./types.js";
