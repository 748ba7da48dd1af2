/** What the platform says when a nested function died: it may have had its effect. */
const DIED =
  /^(?:Your request couldn't be completed|Function execution (?:unexpectedly )?timed out|JavaScript execution ran out of memory)/;

/** What the platform says when there was no place to run a function: it never began. */
const NOT_BEGUN = /^Too many concurrent requests/;

/**
 * The platform's words for arguments that a function does not take, for results that it cannot return, and for a function that
 * is gone. Another attempt would end the same way, and the function may have had its effect.
 */
const CANNOT_SUCCEED =
  /not a (?:supported|valid) Convex|Field name .*(?:reserved|invalid|must)|ArgumentValidationError|ReturnsValidationError|Validator error|Function handle not found/i;

/** What an error says of the nested call that threw it, besides the error of the function itself. */
export type CallFailure = "died" | "notBegun" | "cannotSucceed" | "threw";

/** Tells what became of a nested call that threw. */
export function callFailure(error: unknown): CallFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (DIED.test(message)) return "died";
  if (NOT_BEGUN.test(message)) return "notBegun";
  return CANNOT_SUCCEED.test(message) ? "cannotSucceed" : "threw";
}
