import { getConvexSize, type Value } from "convex/values";
import { agentError } from "./errors.js";
import { MAX_CONTENT_BYTES, MAX_PARTS, MAX_STEP_BYTES } from "./limits.js";

interface RequestedCall {
  input: unknown;
  run: { rejected: { message: string } } | object;
}

/** A step as it is committed: its message's fields, and the tool calls that it requests. */
interface CommittedStep {
  parts: unknown[];
  toolCalls: RequestedCall[];
  [field: string]: unknown;
}

/**
 * Refuses a step that cannot be stored: one whose message or one of whose tool calls is larger than a row, or that has more parts or
 * more bytes in all than a transaction takes. The handler checks before it sends the step, since Convex refuses larger arguments
 * without a code.
 *
 * @throws step_too_large
 */
export function checkStep({ parts, toolCalls, ...fields }: CommittedStep): void {
  const message = getConvexSize({ parts, ...fields } as Value);
  const calls = toolCalls.map(bytesOfCall);
  const largest = Math.max(message, ...calls);
  const total = calls.reduce((sum, bytes) => sum + bytes, message);
  if (parts.length > MAX_PARTS) refuse(`It has ${parts.length} parts, and a message ${MAX_PARTS} at most.`);
  if (largest > MAX_CONTENT_BYTES)
    refuse(
      `Its text or the arguments of a tool call have ${largest} bytes; a row can hold ${MAX_CONTENT_BYTES}.`,
    );
  if (total > MAX_STEP_BYTES)
    refuse(`With the arguments of its tool calls it has ${total} bytes; a step can have ${MAX_STEP_BYTES}.`);
}

function refuse(why: string): never {
  throw agentError("step_too_large", `The answer is too large to be stored. ${why}`);
}

/** The bytes of a call that its row stores: of its arguments and, if it cannot be run, of the reason. */
const bytesOfCall = ({ input, run }: RequestedCall): number =>
  getConvexSize(input as Value) + ("rejected" in run ? getConvexSize(run.rejected.message) : 0);
