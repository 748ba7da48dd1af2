import {
  APICallError,
  InvalidResponseDataError,
  LoadAPIKeyError,
  NoObjectGeneratedError,
  NoOutputGeneratedError,
  NoSuchModelError,
  RetryError,
} from "ai";
import { ConvexError } from "convex/values";
import type { Failure } from "../../machines/failure.js";
import { MAX_MESSAGE_LENGTH, messageOf, plainMessage } from "../../component/lib/errorText.js";
import { cutText, wellFormed } from "../../component/lib/text.js";
import { isRetryable, retryAfterMs, type ErrorSignal } from "../../machines/retry.js";

/** Why a step failed, and whether another attempt may succeed, as the component takes it. */
export interface StepFailure {
  error: Failure;
  retryable: boolean;
  /** The wait that the provider asked for, in milliseconds, or null. */
  retryAfterMs: number | null;
}

/** The error of a provider's stream that ended before the answer was complete. */
export class IncompleteAnswerError extends Error {
  override readonly name = "IncompleteAnswerError";
  constructor() {
    super("The model's answer ended before it was complete.");
  }
}

/**
 * Decides whether a failed model call is worth another attempt, and when. What an error does not have itself, such as its
 * status, its causes may have: gateways and proxies wrap the provider's error in their own.
 *
 * @param nowMs - the current time, in milliseconds since the epoch: a provider may name the time to return.
 * @param source - what threw it: the model call, or the app's factory of options. Default: `"model"`.
 */
export function describeStepFailure(
  thrown: unknown,
  nowMs: number,
  source: "model" | "options" = "model",
): StepFailure {
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
  if (error instanceof ConvexError)
    return { ...deliberate(error.data), retryable: false, retryAfterMs: null };
  const chain = withCauses(error);
  const signal: ErrorSignal = {
    isRetryable: firstOf(chain, ({ isRetryable }) => typeof isRetryable === "boolean")?.isRetryable,
    statusCode: firstOf(chain, ({ statusCode }) => typeof statusCode === "number")?.statusCode,
    systemCode: firstOf(chain, ({ code }) => typeof code === "string")?.code,
    message: chain.map(messageOf).join("\n"),
  };
  const headers = firstOf(chain, ({ responseHeaders }) => responseHeaders !== undefined)?.responseHeaders;
  const code = source === "options" ? "options_failed" : codeOf(error, signal);
  return {
    error: { code, message: plainMessage(error) },
    retryable: isUnusable(error) || isRetryable(signal),
    retryAfterMs: retryAfterMs(headers, nowMs),
  };
}

function codeOf(error: unknown, { statusCode }: ErrorSignal): string {
  if (NoObjectGeneratedError.isInstance(error)) return "invalid_output";
  if (NoSuchModelError.isInstance(error)) return "model_not_found";
  if (LoadAPIKeyError.isInstance(error) || isUnauthenticated(error)) return "api_key_missing";
  return statusCode !== undefined || APICallError.isInstance(error) ? "provider_error" : "model_error";
}

/** Whether the AI Gateway refused a call for want of a key. The AI SDK's error has a name of its own, but no class. */
const isUnauthenticated = (error: unknown) =>
  error instanceof Error && ["GatewayError", "GatewayAuthenticationError"].includes(error.name);

/** Whether there was an answer that is incomplete or has the wrong form: another may be better. */
const isUnusable = (error: unknown) =>
  error instanceof IncompleteAnswerError ||
  NoObjectGeneratedError.isInstance(error) ||
  NoOutputGeneratedError.isInstance(error) ||
  InvalidResponseDataError.isInstance(error);

/** What errors of providers, gateways and systems may carry. */
interface Carried {
  isRetryable?: boolean;
  statusCode?: number;
  code?: string;
  responseHeaders?: Record<string, string>;
  cause?: unknown;
}

/** How many causes are followed: a chain of them may lead back to itself. */
const MAX_CAUSES = 8;

/** An error and what caused it, outermost first. */
function withCauses(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next !== undefined && chain.length < MAX_CAUSES; next = carriedBy(next).cause)
    chain.push(next);
  return chain;
}

const carriedBy = (error: unknown) => Object(error) as Carried;

const firstOf = (chain: unknown[], test: (carried: Carried) => boolean) => chain.map(carriedBy).find(test);

/** The failure of an error that the app threw on purpose, with its own code and message. */
function deliberate(data: unknown): { error: Failure } {
  const { code = "handler_error", message = messageOf(data) } = Object(data) as Partial<Failure>;
  return {
    error: {
      code: wellFormed(String(code)),
      message: cutText(wellFormed(String(message)), MAX_MESSAGE_LENGTH),
    },
  };
}
