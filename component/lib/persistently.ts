import { ConvexError } from "convex/values";

/** The waits between tries, in milliseconds: from a quarter of a second on, doubling, ten seconds at most. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Makes a call until it is answered, from an action. A ConvexError is an answer; of any other error nobody can say whether the
 * call was done, so it must be safe to repeat.
 *
 * @param call - receives how many tries have failed.
 * @param options.forMs - how long it is repeated.
 * @param options.isWanted - asked before each further try. Default: always.
 * @throws what the last try threw.
 */
export async function persistently<T>(
  call: (failed: number) => Promise<T>,
  { forMs, isWanted = () => true }: { forMs: number; isWanted?: () => boolean },
): Promise<T> {
  const end = Date.now() + forMs;
  let wait = FIRST_WAIT_MS;
  for (let failed = 0; ; failed++) {
    try {
      return await call(failed);
    } catch (error) {
      if (error instanceof ConvexError || Date.now() + wait > end || !isWanted()) throw error;
    }
    // Spread, since calls that failed together would otherwise come again together.
    await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}
