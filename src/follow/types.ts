import type { UIDataTypes, UIMessage, UITools } from "ai";
import type { DefaultFunctionArgs, FunctionArgs, FunctionReference } from "convex/server";
import type {
  Cursor,
  MessageDoc,
  MessagesWithStreams,
  StreamArgs,
  ThreadDoc,
  TransitionPage,
} from "../types.js";

/**
 * What the hooks add to a message: where it stands, and what state it is in.
 *
 * @typeParam Custom - what the app says of a message. Default: anything.
 */
export interface AgentMessageMetadata<Custom = Record<string, unknown>> {
  /** The turn that the message belongs to, from 1. */
  turn: number;
  /**
   * The `messageId` that the agent's functions take: of the stored message, or of the first step of an answer. Null while that
   * streams.
   */
  messageId: string | null;
  /** When its first step was committed, in milliseconds since the epoch. Null while that streams. */
  createdAt: number | null;
  /** True for an answer that was cut off by a stop or a failure. */
  partial: boolean;
  /** True for a user's message that waits for its turn, or for the next step of the running one. */
  queued: boolean;
  /** True for a user's message that the server has not confirmed yet. */
  pending: boolean;
  /** The user who sent it, where that is not the thread's owner. */
  sender?: string;
  /** What the app says of the message: its stored `metadata`, of an answer that of its last step. */
  custom?: Custom;
}

/**
 * A message as an AI SDK UIMessage: a user's, or all steps of a turn as one assistant's message.
 *
 * @typeParam Custom - what the app says of a message, its `metadata.custom`. Default: anything.
 * @typeParam Data - the data parts by the name after `data-`, and `Tools` the tools by their names, as the AI SDK's `UIMessage` has them.
 * @example
 * type Message = AgentMessage<{ model: string; cost?: number }, { sources: { titles: string[] } }>;
 * const { messages } = useAgentChat<Message>(functions);
 */
export type AgentMessage<
  Custom = Record<string, unknown>,
  Data extends UIDataTypes = UIDataTypes,
  Tools extends UITools = UITools,
> = UIMessage<AgentMessageMetadata<Custom>, Data, Tools>;

/** An {@link AgentMessage} with any types of the app's. */
export type AnyAgentMessage = UIMessage<AgentMessageMetadata<unknown>>;

export type MessagePart = AgentMessage["parts"][number];

/** The step that is being streamed, as far as it has arrived. */
export interface LiveStep {
  turn: number;
  step: number;
  parts: MessagePart[];
}

/** `getThread`, or a query of the app that returns the same. */
export type ThreadQuery = FunctionReference<"query", "public", DefaultFunctionArgs, ThreadDoc | null>;

/** `listTransitions`, or a query of the app that returns the same. */
export type TransitionsQuery = FunctionReference<"query", "public", DefaultFunctionArgs, TransitionPage>;

/** `listMessages`, or a query of the app that returns the same. */
export type MessagesQuery = FunctionReference<"query", "public", DefaultFunctionArgs, MessageDoc[]>;

/** `listMessagesWithStreams`, or a query of the app that passes its arguments on and returns the same. */
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

/** The arguments of a messages query, without those that the hooks add. */
export type ThreadArgs<Query extends FunctionReference<"query">> = Omit<
  FunctionArgs<Query>,
  "streamArgs" | "cursor" | "limit"
>;
