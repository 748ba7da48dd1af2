/** How long an action takes on more work, in milliseconds: by default, and at most, since a Node action ends after ten minutes. */
const DEFAULT_SLICE_MS = 15_000;
export const LONGEST_SLICE_MS = 5 * 60_000;

/** An action that begins later than so many milliseconds after it was scheduled has waited for a place to run in. */
const WAITED_MS = 1_000;

/**
 * The time within which an action takes on more work than it was scheduled for, instead of having it scheduled. An action keeps its
 * place to run in meanwhile, so that others wait: the smallest class of deployments has eight.
 */
export class Slice {
  private readonly startedAt = Date.now();

  /**
   * @param enqueuedAt - when the action was scheduled, in milliseconds since the epoch; undefined: not known.
   */
  constructor(private readonly enqueuedAt = Date.now()) {}

  /** Whether the time is not over. */
  isOpen(ms = DEFAULT_SLICE_MS): boolean {
    return Date.now() - this.startedAt < ms;
  }

  /** Whether more may be taken on: not by an action that had to wait itself, since others wait as well. */
  allowsMore(ms = DEFAULT_SLICE_MS): boolean {
    return this.isOpen(ms) && this.startedAt - this.enqueuedAt < WAITED_MS;
  }
}
