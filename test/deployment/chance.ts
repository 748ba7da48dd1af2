/** Chance that a seed repeats. */
export type Chance = () => number;

/** A stream of numbers in [0, 1) that depends on nothing but the seed. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A time between two, in milliseconds. */
export const between = (chance: Chance, from: number, to: number): number => from + chance() * (to - from);

/** Lets virtual time pass. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A number of places that callers wait for in turn. */
export class Slots {
  private taken = 0;
  private readonly waiting: { resume: () => void; isGone: boolean }[] = [];

  constructor(private readonly count: number) {}

  /**
   * Takes a place, and waits for one if it has to.
   *
   * @param patienceMs - how long the caller waits at most. Default: for ever.
   * @returns false if there was none in time.
   */
  async take(patienceMs?: number): Promise<boolean> {
    if (this.taken < this.count) {
      this.taken += 1;
      return true;
    }
    return new Promise((resolve) => {
      const entry = { resume: () => resolve(true), isGone: false };
      this.waiting.push(entry);
      if (patienceMs === undefined) return;
      setTimeout(() => {
        entry.isGone = true;
        resolve(false);
      }, patienceMs);
    });
  }

  release(): void {
    let next = this.waiting.shift();
    while (next?.isGone) next = this.waiting.shift();
    if (next) next.resume();
    else this.taken -= 1;
  }
}
