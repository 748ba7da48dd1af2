export type { AgentMessage, AgentMessageMetadata } from "../follow/types.js";
export type { ChatMessageMetadata } from "./answerStream.js";
export type { ChatClient } from "./chatClient.js";
export { createConvexChatTransport, type ConvexChatTransportOptions } from "./createConvexChatTransport.js";
export { loadMessages } from "./loadMessages.js";
export type { ChatTransportFunctions } from "./transportFunctions.js";
