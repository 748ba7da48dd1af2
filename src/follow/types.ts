import type { UIMessage } from "ai";
import type { DefaultFunctionArgs, FunctionArgs, FunctionReference } from "convex/server";
import type {
  Cursor,
  MessageDoc,
  MessagesWithStreams,
  StreamArgs,
  ThreadDoc,
  TransitionPage,
} from "../types.js";

/** What the hooks know of a message besides its parts. */
export interface AgentMessageMetadata {
  /** The turn that the message belongs to. */
  turn: number;
  /** The stored message, or the first one of an answer's steps, as the api's functions know it; null while it streams. */
  messageId: string | null;
  /** When its first step was committed, in milliseconds since the epoch; null while that still streams. */
  createdAt: number | null;
  /** True for an answer that was cut off by a stop or a failure. */
  partial: boolean;
  /** True for a user's message that waits: until the running turn is over, or for its next step. */
  queued: boolean;
  /** True for a user's message that the server has not confirmed yet. */
  pending: boolean;
}

/** An AI SDK UIMessage: a user's message, or all steps of a turn as one assistant's message. */
export type AgentMessage = UIMessage<AgentMessageMetadata>;

export type MessagePart = AgentMessage["parts"][number];

/** The step that is being answered, as far as it was streamed. */
export interface LiveStep {
  turn: number;
  step: number;
  parts: MessagePart[];
}

/** `getThread`, or a query of the app that answers the same. */
export type ThreadQuery = FunctionReference<"query", "public", DefaultFunctionArgs, ThreadDoc | null>;

/** `listTransitions`, or a query of the app that answers the same. */
export type TransitionsQuery = FunctionReference<"query", "public", DefaultFunctionArgs, TransitionPage>;

/** `listMessages`, or a query of the app that answers the same. */
export type MessagesQuery = FunctionReference<"query", "public", DefaultFunctionArgs, MessageDoc[]>;

/** `listMessagesWithStreams`, or a query of the app that passes its arguments on. */
export type MessagesWithStreamsQuery = FunctionReference<
  "query",
  "public",
  {
    threadId: string;
    streamArgs?: StreamArgs | undefined;
    cursor?: Cursor | undefined;
    limit?: number | undefined;
  },
  MessagesWithStreams
>;

/** The arguments of a messages query, without those that the hooks fill in themselves. */
export type ThreadArgs<Query extends FunctionReference<"query">> = Omit<
  FunctionArgs<Query>,
  "streamArgs" | "cursor" | "limit"
>;
