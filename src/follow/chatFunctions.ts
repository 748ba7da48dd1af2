import type { FunctionReference } from "convex/server";
import type { SentData, SentFile, ThreadDoc, WhileRunning } from "../types.js";
import type { MessagesWithStreamsQuery } from "./types.js";

type ChatMutation<Args extends Record<string, unknown>, Result = null> = FunctionReference<
  "mutation",
  "public",
  Args,
  Result
>;
type ToolMutation<Answer extends object> = ChatMutation<
  { toolCallId: string; threadId?: string | undefined } & Answer
>;

type Content = {
  prompt?: string | undefined;
  files?: SentFile[] | undefined;
  data?: SentData[] | undefined;
};

/**
 * The functions of an agent that a chat calls. Their optional arguments are `| undefined`, as Convex generates them, for
 * apps with `exactOptionalPropertyTypes`.
 */
export interface ChatFunctions {
  /** `api.chat.listMessagesWithStreams` */
  listMessages: MessagesWithStreamsQuery;
  /** `api.chat.getThread` */
  getThread: FunctionReference<
    "query",
    "public",
    { threadId: string; inspect?: boolean | undefined },
    ThreadDoc | null
  >;
  /** `api.chat.sendMessage` */
  sendMessage: ChatMutation<
    Content & {
      threadId: string;
      whileRunning?: WhileRunning | undefined;
      key?: string | undefined;
      metadata?: Record<string, unknown> | undefined;
    },
    string | null
  >;
  /** `api.chat.stopThread` */
  stopThread: ChatMutation<{ threadId: string }>;
  /** `api.chat.resumeThread` */
  resumeThread: ChatMutation<Content & { threadId: string }>;
  /** `api.chat.withdrawMessage`, for chats whose messages can be withdrawn. */
  withdrawMessage?: ChatMutation<{ threadId: string; messageId: string }>;
  /** `api.chat.regenerate`, for chats whose answers can be regenerated. */
  regenerate?: ChatMutation<{ threadId: string; messageId?: string | undefined }>;
  /** `api.chat.editMessage`, for chats whose messages can be edited. */
  editMessage?: ChatMutation<Content & { threadId: string; messageId: string }, string>;
  /** `api.chat.addToolResult`, for agents with async tools. */
  addToolResult?: ToolMutation<{ result?: unknown }>;
  /** `api.chat.addToolError`, for agents with async tools. */
  addToolError?: ToolMutation<{ error: string }>;
  /** `api.chat.approveToolCall`, for agents with tools that need approval. */
  approveToolCall?: ToolMutation<{ args?: unknown }>;
  /** `api.chat.denyToolCall`, for agents with tools that need approval. */
  denyToolCall?: ToolMutation<{ reason?: string | undefined }>;
}

/** The functions of an agent that `createConvexChatTransport` calls. */
export type ChatTransportFunctions = Pick<
  ChatFunctions,
  | "listMessages"
  | "getThread"
  | "sendMessage"
  | "regenerate"
  | "editMessage"
  | "addToolResult"
  | "addToolError"
  | "approveToolCall"
  | "denyToolCall"
>;
