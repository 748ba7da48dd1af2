export type {
  DataPart,
  SentData,
  SentFile,
  ThreadDoc,
  ThreadStatus,
  Transition,
  WhileRunning,
} from "../types.js";
export { getMessageKey } from "../follow/foldMessages.js";
export type { LoadInspector, StatelyInspector } from "./inspectThread.js";
export type { ObservedTransition } from "./observedTransitions.js";
export type {
  AgentMessage,
  AgentMessageMetadata,
  AnyAgentMessage,
  MessagesQuery,
  MessagesWithStreamsQuery,
  ThreadQuery,
  TransitionsQuery,
} from "../follow/types.js";
export { describeError, type ClientErrorCode, type ErrorDescription } from "../follow/describeError.js";
export type { ChatFunctions } from "../follow/chatFunctions.js";
export {
  useAgentChat,
  type SendOptions,
  type UseAgentChatOptions,
  type UseAgentChatResult,
} from "./useAgentChat.js";
export type { ChatAction, ChatActionError } from "./useChatActions.js";
export { useMessages, type UseMessagesResult } from "./useMessages.js";
export { useSmoothText, type UseSmoothTextOptions } from "./useSmoothText.js";
export { useThread, type UseThreadOptions, type UseThreadResult } from "./useThread.js";
export { useThreadMachine, type UseThreadMachineResult } from "./useThreadMachine.js";
export { useThreadStatus, type UseThreadStatusResult } from "./useThreadStatus.js";
export { useTransitions, type UseTransitionsResult } from "./useTransitions.js";
