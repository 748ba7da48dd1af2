import { getConvexSize, type Value } from "convex/values";
import { agentError } from "./errors.js";
import { MAX_METADATA_BYTES, MAX_METADATA_NESTING } from "./limits.js";

/**
 * Checks what an app says of a thread or a message.
 *
 * @throws metadata_too_large
 */
export function checkMetadata(metadata: unknown): void {
  if (metadata == null) return;
  if (nestingOf(metadata) > MAX_METADATA_NESTING)
    throw agentError("metadata_too_large", `Metadata is nested ${MAX_METADATA_NESTING} levels deep at most.`);
  const bytes = getConvexSize(metadata as Value);
  if (bytes > MAX_METADATA_BYTES)
    throw agentError(
      "metadata_too_large",
      `The metadata has ${bytes} bytes; it can have ${MAX_METADATA_BYTES}.`,
    );
}

/** The levels of objects and lists in a value. */
const nestingOf = (value: unknown): number =>
  typeof value === "object" && value !== null && !(value instanceof ArrayBuffer)
    ? 1 + Math.max(0, ...Object.values(value).map(nestingOf))
    : 0;
