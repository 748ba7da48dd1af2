import type { FunctionReference } from "convex/server";
import type { ThreadDoc } from "../types.js";
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

/** A file to send with a message: at a URL, or uploaded to the app's storage. */
export interface SentFile {
  mediaType: string;
  filename?: string | undefined;
  url?: string | undefined;
  storageId?: string | undefined;
}

/** What becomes of a message that is sent while a turn runs; see `sendMessage`. */
export type WhileRunning = "queue" | "steer" | "interrupt" | "reject";

type Said = { prompt?: string | undefined; files?: SentFile[] | undefined };

/**
 * The functions of an agent that a chat uses. Their optional arguments are `| undefined`, as Convex generates them, for
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
    Said & { threadId: string; whileRunning?: WhileRunning | undefined; key?: string | undefined },
    string | null
  >;
  /** `api.chat.stopThread` */
  stopThread: ChatMutation<{ threadId: string }>;
  /** `api.chat.resumeThread` */
  resumeThread: ChatMutation<Said & { threadId: string }>;
  /** `api.chat.withdrawMessage`, where messages may be taken back. */
  withdrawMessage?: ChatMutation<{ threadId: string; messageId: string }>;
  /** `api.chat.regenerate`, where answers may be made anew. */
  regenerate?: ChatMutation<{ threadId: string; messageId?: string | undefined }>;
  /** `api.chat.editMessage`, where messages may be replaced. */
  editMessage?: ChatMutation<Said & { threadId: string; messageId: string }, string>;
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
  | "stopThread"
  | "regenerate"
  | "editMessage"
  | "addToolResult"
  | "addToolError"
  | "approveToolCall"
  | "denyToolCall"
>;
