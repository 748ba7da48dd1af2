import type { UIMessage } from "ai";

/**
 * A React key for a message. An assistant's message keeps its key from its first streamed word to its last
 * committed step.
 *
 * @example
 * messages.map((message) => <Message key={getMessageKey(message)} message={message} />)
 */
export function getMessageKey(message: UIMessage): string {
  return `${message.role}:${message.id}`;
}
