import { ConvexError } from "convex/values";
import type { AgentErrorData } from "../component/lib/errors.js";

export {
  agentError,
  type AgentErrorData,
  type DefinitionErrorCode,
  type ErrorCode,
} from "../component/lib/errors.js";

/**
 * Reads the `{ code, message }` of an error of this package. Returns null for any other error.
 *
 * @example
 * if (agentErrorData(error)?.code === "thread_not_found") navigate("/");
 */
export function agentErrorData(error: unknown): AgentErrorData | null {
  const data: unknown = error instanceof ConvexError ? error.data : null;
  const isAgentError = typeof data === "object" && data !== null && "code" in data && "message" in data;
  return isAgentError ? (data as AgentErrorData) : null;
}

/** Whether a bound or a number of attempts is a positive whole number. */
export const isPositiveInteger = (value: number): boolean => Number.isInteger(value) && value >= 1;
