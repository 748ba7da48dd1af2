import type { UIMessage } from "ai";
import type { AgentMessageMetadata } from "../follow/types.js";

/** What the transport knows of a message besides its parts. */
export interface ChatMessageMetadata extends AgentMessageMetadata {
  /**
   * True where the message still has words of an attempt that broke off in mid-answer and was given up. What is stored
   * has them no longer, and `loadMessages` brings it.
   */
  superseded?: boolean;
}

/** A message of `useChat` on a durable thread. A user's message has metadata once it was loaded. */
export type ChatMessage = UIMessage<ChatMessageMetadata>;
