import { APICallError, RetryError } from "ai";
import { ConvexError } from "convex/values";
import type { Failure } from "../machines/events.js";
import { isRetryable, retryAfterMs } from "../machines/retry.js";

/** What the component is told of a step that failed. */
export interface StepFailure {
  error: Failure;
  retryable: boolean;
  /** What the provider asked for, in milliseconds, or null. */
  retryAfterMs: number | null;
}

/** The provider's stream ended without saying that the answer is complete. */
export class IncompleteAnswerError extends Error {
  override readonly name = "IncompleteAnswerError";
  constructor() {
    super("The model's answer ended before it was complete.");
  }
}

/** Error messages are kept with the thread, which is to stay small. */
const MAX_MESSAGE_LENGTH = 1_000;

/**
 * Says whether a failed model call is worth another attempt, and when.
 *
 * @param nowMs - the current time: a provider may name the time to return.
 */
export function describeStepFailure(thrown: unknown, nowMs: number): StepFailure {
  const cause = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
  if (APICallError.isInstance(cause))
    return {
      error: failure("provider_error", cause.message),
      retryable: isRetryable(cause),
      retryAfterMs: retryAfterMs(cause.responseHeaders, nowMs),
    };
  if (cause instanceof ConvexError)
    return { ...deliberate(cause.data), retryable: false, retryAfterMs: null };
  const message = messageOf(cause);
  return {
    error: failure("model_error", message),
    retryable:
      cause instanceof IncompleteAnswerError || isRetryable({ message, systemCode: systemCodeOf(cause) }),
    retryAfterMs: null,
  };
}

/** An error as a sentence. Providers also stream plain objects and strings as errors. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : JSON.stringify(error);
}

const failure = (code: string, message: string): Failure => ({
  code,
  message: message.slice(0, MAX_MESSAGE_LENGTH),
});

/** The app threw it on purpose: its own code and words are kept. */
function deliberate(data: unknown): { error: Failure } {
  const { code = "handler_error", message = messageOf(data) } = Object(data) as Partial<Failure>;
  return { error: failure(String(code), String(message)) };
}

/** `ECONNRESET` and the like stand on the error or on what caused it. */
function systemCodeOf(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? undefined : systemCodeOf(cause);
}
