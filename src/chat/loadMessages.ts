import type { UIDataTypes, UIMessage, UITools } from "ai";
import { foldMessages } from "../follow/foldMessages.js";
import type { AgentMessageMetadata } from "../follow/types.js";
import type { ChatClient } from "./chatClient.js";
import type { FollowFunctions } from "./followedThread.js";

/** What the transport adds to a message: where it stands, and what state it is in. */
export interface ChatMessageMetadata<Custom = Record<string, unknown>> extends AgentMessageMetadata<Custom> {
  /**
   * True if the message still has text of an attempt that broke off and was discarded. The stored message does not have it:
   * load it with `loadMessages`.
   */
  superseded?: boolean;
}

/**
 * A message of `useChat` on a durable thread. A user's message has metadata once it is loaded.
 *
 * @typeParam Custom - what the app says of a message, its `metadata.custom`. Default: anything.
 * @typeParam Data - the data parts by the name after `data-`, and `Tools` the tools by their names, as the AI SDK's `UIMessage` has them.
 */
export type ChatMessage<
  Custom = Record<string, unknown>,
  Data extends UIDataTypes = UIDataTypes,
  Tools extends UITools = UITools,
> = UIMessage<ChatMessageMetadata<Custom>, Data, Tools>;

/** A {@link ChatMessage} with any types of the app's. */
export type AnyChatMessage = UIMessage<ChatMessageMetadata<unknown>>;

/**
 * Loads a thread's newest committed messages for `useChat`: each turn's steps as one answer, with the id that the transport
 * gives it. An answer that still streams comes with `resume`.
 *
 * @param options.limit - how many committed messages; each model call is one. Default: 100; at most 500.
 * @example
 * const messages = await loadMessages({ client, listMessages: api.chat.listMessagesWithStreams }, threadId);
 */
export async function loadMessages(
  { client, listMessages }: { client: ChatClient } & Pick<FollowFunctions, "listMessages">,
  threadId: string,
  { limit = 100 }: { limit?: number } = {},
): Promise<ChatMessage[]> {
  const { messages = [] } = await client.query(listMessages, { threadId, limit });
  return foldMessages(messages, null);
}
