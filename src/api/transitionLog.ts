import { definitionError, isPositiveInteger } from "../errors.js";

/** Enough for the last few turns: one with ten steps of tools has about forty transitions. */
const KEPT_TRANSITIONS = 200;

/**
 * How many transitions of a thread stay in its log; undefined: there is no log.
 *
 * @throws invalid_transition_log
 */
export function transitionsToKeep(log: boolean | { keep: number } = true): number | undefined {
  const keep = typeof log === "boolean" ? KEPT_TRANSITIONS : log.keep;
  if (!isPositiveInteger(keep))
    throw definitionError(
      "invalid_transition_log",
      `transitionLog.keep must be a positive whole number, not ${keep}.`,
    );
  return log === false ? undefined : keep;
}
