import { ConvexError } from "convex/values";

/** The codes of the errors that a caller can act on. They are part of the public contract. */
export type ErrorCode =
  | "empty_prompt"
  | "prompt_too_large"
  | "not_authenticated"
  | "invalid_title"
  | "metadata_too_large"
  | "invalid_file"
  | "too_many_messages"
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
  | "invalid_deadline"
  | "result_too_large"
  | "step_too_large"
  | "invalid_limit"
  | "invalid_cursor"
  | "snapshot_version";

/** An error with a stable code, which reaches the app's clients as it is. */
export const agentError = (
  code: ErrorCode,
  message: string,
): ConvexError<{ code: ErrorCode; message: string }> => new ConvexError({ code, message });
