import type { ChatFunctions } from "../follow/chatFunctions.js";

/** The functions of an agent that the transport calls: `api.chat.listMessagesWithStreams` as `listMessages`, and so on. */
export type ChatTransportFunctions = Pick<
  ChatFunctions,
  | "listMessages"
  | "getThread"
  | "sendMessage"
  | "stopThread"
  | "regenerate"
  | "editMessage"
  | "addToolResult"
  | "addToolError"
  | "approveToolCall"
  | "denyToolCall"
>;
