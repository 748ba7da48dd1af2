export { describeError, type ClientErrorCode, type ErrorDescription } from "../follow/describeError.js";
export type { ChatClient } from "./chatClient.js";
export type { ChatMessage, ChatMessageMetadata } from "./chatMessage.js";
export { createConvexChatTransport, type ConvexChatTransportOptions } from "./createConvexChatTransport.js";
export { loadMessages } from "./loadMessages.js";
export type { ChatTransportFunctions } from "./transportFunctions.js";
