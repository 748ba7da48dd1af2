import { ConvexError, type Value } from "convex/values";

/** The codes of the errors that a caller can act on. They are part of the public contract. */
export type ErrorCode =
  | "empty_prompt"
  | "prompt_too_large"
  | "not_authenticated"
  | "invalid_title"
  | "metadata_too_large"
  | "invalid_file"
  | "file_not_found"
  | "invalid_data_part"
  | "data_too_large"
  | "invalid_key"
  | "too_many_messages"
  | "too_many_waiting"
  | "message_not_found"
  | "message_not_waiting"
  | "messages_waiting"
  | "not_a_user_message"
  | "nothing_to_regenerate"
  | "thread_not_found"
  | "thread_running"
  | "thread_empty"
  | "tool_call_not_found"
  | "tool_call_ambiguous"
  | "tool_call_not_async"
  | "tool_call_settled"
  | "tool_call_awaiting_approval"
  | "tool_call_not_awaiting_approval"
  | "invalid_tool_args"
  | "invalid_deadline"
  | "result_too_large"
  | "step_too_large"
  | "history_too_large"
  | "invalid_limit"
  | "invalid_cursor"
  | "snapshot_version";

/** The codes of mistakes in an app's own definitions, thrown when its modules load, a turn starts or a handler runs. */
export type DefinitionErrorCode =
  | "invalid_tool_schema"
  | "invalid_tool_handler"
  | "unsupported_tool"
  | "invalid_tool_prefix"
  | "invalid_tool_definitions"
  | "invalid_stream_handler"
  | "model_missing"
  | "options_failed"
  | "invalid_options"
  | "invalid_agent_name"
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

/**
 * Makes an error with a stable code, which reaches the app's clients as it is.
 *
 * @param more - further fields of the error's data. Default: none.
 */
export const agentError = <Code extends AgentErrorData["code"]>(
  code: Code,
  message: string,
  more: Record<string, Value> = {},
): ConvexError<{ code: Code; message: string }> => new ConvexError({ code, message, ...more });
