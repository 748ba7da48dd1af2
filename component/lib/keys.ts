import { agentError } from "./errors.js";
import { MAX_KEY_LENGTH } from "./limits.js";

/**
 * Refuses a client's key of a thread or a message that is empty or too long for an index.
 *
 * @throws invalid_key
 */
export function checkKey(key: string | undefined): void {
  if (key !== undefined && (key === "" || key.length > MAX_KEY_LENGTH))
    throw agentError("invalid_key", `A key has 1 to ${MAX_KEY_LENGTH} characters, not ${key.length}.`);
}
