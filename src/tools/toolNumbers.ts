import { LONGEST_DEADLINE_MS, LONGEST_WAIT_MS } from "../../component/lib/limits.js";
import { agentError } from "../errors.js";
import type { DurableTool, ToolBackoff } from "./tools.js";

/** The most attempts at a tool: at the longest default wait they take half a day. */
const MOST_ATTEMPTS = 1_000;

/** A number among a tool's options: what it may be at least and at most. */
type Bounds = [value: number | undefined, least: number, most: number];

/** The longest time limit of a client within an action, in milliseconds: an action ends after half an hour. */
const LONGEST_LIMIT_MS = 30 * 60_000;

/**
 * Checks a time limit within an action, in milliseconds.
 *
 * @throws invalid_limits
 */
export const checkTimeLimit = (name: string, ms: number): void =>
  checkBounds({ [name]: [ms, 1, LONGEST_LIMIT_MS] });

function checkBounds(numbers: Record<string, Bounds>): void {
  for (const [name, [value, least, most]] of Object.entries(numbers))
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      throw agentError(
        "invalid_limits",
        `${name} must be a whole number of ${least} to ${most}, not ${value}.`,
      );
}

/**
 * Checks the numbers among a tool's options.
 *
 * @throws invalid_limits
 */
export function checkNumbers({
  retry,
  timeoutMs,
  approvalTimeoutMs,
}: Pick<DurableTool, "retry" | "timeoutMs" | "approvalTimeoutMs">): void {
  const { maxAttempts, backoff } = typeof retry === "object" ? retry : {};
  checkBounds({
    "retry.maxAttempts": [maxAttempts, 1, MOST_ATTEMPTS],
    timeoutMs: [timeoutMs, 1, LONGEST_DEADLINE_MS],
    approvalTimeoutMs: [approvalTimeoutMs, 1, LONGEST_DEADLINE_MS],
    ...(backoff && backoffNumbers(backoff)),
  });
  const { multiplier = 1 } = backoff?.strategy === "exponential" ? backoff : {};
  if (!(multiplier >= 1 && multiplier <= MOST_ATTEMPTS))
    throw agentError(
      "invalid_limits",
      `retry.backoff.multiplier must be a number of 1 to ${MOST_ATTEMPTS}, not ${multiplier}.`,
    );
}

function backoffNumbers(backoff: ToolBackoff): Record<string, Bounds> {
  const waits = Object.entries(backoff).filter(([name]) => name.endsWith("Ms")) as [string, number][];
  return Object.fromEntries(
    waits.map(([name, value]) => [`retry.backoff.${name}`, [value, 0, LONGEST_WAIT_MS]]),
  );
}
