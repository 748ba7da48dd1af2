import type { UIMessage } from "ai";
import { foldMessages } from "../follow/foldMessages.js";
import type { AgentMessageMetadata } from "../follow/types.js";
import type { ChatClient } from "./chatClient.js";
import type { FollowFunctions } from "./followedThread.js";

/** What the transport adds to a message: where it stands, and what state it is in. */
export interface ChatMessageMetadata extends AgentMessageMetadata {
  /**
   * True if the message still has text of an attempt that broke off and was discarded. The stored message does not have it:
   * load it with `loadMessages`.
   */
  superseded?: boolean;
}

/** A message of `useChat` on a durable thread. A user's message has metadata once it was loaded. */
export type ChatMessage = UIMessage<ChatMessageMetadata>;

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
