export { useConvexChat, type UseConvexChatOptions, type UseConvexChatResult } from "./useConvexChat.js";
export type { AnyChatMessage, ChatMessage, ChatMessageMetadata } from "../chat/loadMessages.js";
