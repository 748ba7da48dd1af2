import { ConvexError } from "convex/values";
import type { ErrorCode } from "../component/lib/errors.js";

export type { ErrorCode };

/** The codes of mistakes in an app's own definitions, thrown when its modules load, a turn starts or a handler runs. */
export type DefinitionErrorCode =
  | "invalid_tool_schema"
  | "invalid_tool_handler"
  | "unsupported_tool"
  | "invalid_stream_handler"
  | "stream_handler_not_found"
  | "workpool_bridge_not_found"
  | "status_mutation_not_found"
  | "invalid_limits"
  | "invalid_retention"
  | "invalid_transition_log";

/** What an error of this package carries as `ConvexError.data`. */
export interface AgentErrorData {
  code: ErrorCode | DefinitionErrorCode;
  message: string;
}

/** A mistake in an app's definitions, as an error with a stable code. */
export const definitionError = (
  code: DefinitionErrorCode,
  message: string,
): ConvexError<{ code: DefinitionErrorCode; message: string }> => new ConvexError({ code, message });

/** The refusal of a caller, as an error with a stable code. */
export const refusal = (
  code: ErrorCode,
  message: string,
): ConvexError<{ code: ErrorCode; message: string }> => new ConvexError({ code, message });

/** What bounds and numbers of attempts have to be. */
export const isPositiveInteger = (value: number): boolean => Number.isInteger(value) && value >= 1;

/** The `{ code, message }` of an error of this package, or null for any other error. */
export function agentErrorData(error: unknown): AgentErrorData | null {
  const data: unknown = error instanceof ConvexError ? error.data : null;
  const isAgentError = typeof data === "object" && data !== null && "code" in data && "message" in data;
  return isAgentError ? (data as AgentErrorData) : null;
}
