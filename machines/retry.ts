/** How long to wait between attempts. All times are in milliseconds. */
export interface Backoff {
  /** The first wait. */
  initialMs: number;
  /** What each further wait is multiplied with; 1 keeps it fixed. */
  factor: number;
  /** No wait is longer, whatever the attempt. */
  maxMs: number;
  /** Whether waits are spread at random over the upper half of their range. Default: true. */
  jitter?: boolean;
}

/** The backoff between attempts at a model step. */
export const STREAM_BACKOFF: Backoff = { initialMs: 1_000, factor: 2, maxMs: 60_000 };

/** The backoff between attempts at a tool whose handler throws. */
export const TOOL_BACKOFF: Backoff = { initialMs: 500, factor: 2, maxMs: 30_000 };

/** The longest wait that a provider can ask for, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;

/**
 * Returns the wait before the attempt that follows `attempt`, in milliseconds.
 *
 * @param random - in [0, 1): spreads the waits over the upper half of their range, so that threads that failed
 *   together do not return together.
 * @param retryAfterMs - what the provider asked for; never undercut.
 */
export function backoffMs(
  { initialMs, factor, maxMs, jitter = true }: Backoff,
  { attempt, random, retryAfterMs = null }: { attempt: number; random: number; retryAfterMs?: number | null },
): number {
  const full = Math.min(maxMs, initialMs * factor ** (attempt - 1));
  const jittered = Math.round(full * (jitter ? 0.5 + random / 2 : 1));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
}

/** What is known about a failed model call. */
export interface ErrorSignal {
  /** Whether the provider's client marks the error as retryable, if it does either. */
  isRetryable?: boolean;
  /** The HTTP status, if there was a response. */
  statusCode?: number;
  /** The error's name, such as `TypeError`. */
  name?: string;
  message: string;
  /** A system's or library's code, such as `ECONNRESET`. */
  systemCode?: string;
}

/** Whether an HTTP status means "later": time-out, conflict, too early, too many requests, or an error of the server. */
const isRetryableStatus = (status: number) => [408, 409, 425, 429].includes(status) || status >= 500;

const DROPPED_CONNECTION =
  /ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|UND_ERR|fetch failed|terminated|socket hang up|network|connection (?:was )?(?:closed|lost|reset|error)|premature close|timed? ?out/i;
const OVERLOADED = /overloaded|rate.?limit|too many requests|temporarily unavailable|internal server error/i;

/** Whether a failed model call is worth another attempt. */
export function isRetryable({ isRetryable, statusCode, message, systemCode }: ErrorSignal): boolean {
  if (isRetryable !== undefined) return isRetryable;
  if (statusCode !== undefined) return isRetryableStatus(statusCode);
  return [systemCode ?? "", message].some((text) => DROPPED_CONNECTION.test(text) || OVERLOADED.test(text));
}

/**
 * Returns the wait that a response's headers ask for, in milliseconds, or null.
 *
 * @param nowMs - the current time; `retry-after` may be a date.
 */
export function retryAfterMs(headers: Record<string, string> | undefined, nowMs: number): number | null {
  const exact = Number.parseFloat(headers?.["retry-after-ms"] ?? "");
  if (exact >= 0) return exact;
  const header = headers?.["retry-after"];
  if (header === undefined) return null;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1_000;
  return wait >= 0 ? wait : null;
}
