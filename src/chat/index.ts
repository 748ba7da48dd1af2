export { describeError, type ClientErrorCode, type ErrorDescription } from "../follow/describeError.js";
export type { ChatClient } from "./chatClient.js";
export { createConvexChatTransport, type ConvexChatTransportOptions } from "./createConvexChatTransport.js";
export {
  loadMessages,
  type AnyChatMessage,
  type ChatMessage,
  type ChatMessageMetadata,
} from "./loadMessages.js";
export type { ChatTransportFunctions } from "../follow/chatFunctions.js";
