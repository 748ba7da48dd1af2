import { foldMessages } from "../follow/foldMessages.js";
import type { ChatClient } from "./chatClient.js";
import type { ChatMessage } from "./chatMessage.js";
import type { FollowFunctions } from "./followedThread.js";

/**
 * Loads a thread's newest committed messages for `useChat`: each turn's steps as one answer, called as the transport
 * calls it. What is still being streamed comes with `resume`.
 *
 * @param options.limit - how many committed messages (each model step is one): 100 unless told, 500 at most.
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
