/** One in so many of what takes long is tried, each time others. SAMPLE=1 takes all; SAMPLE_SEED says which, as printed. */
const oneIn = Number(process.env.SAMPLE ?? 8);
const seed = Number(process.env.SAMPLE_SEED ?? Date.now() % oneIn);

/** Whether all of what takes long is tried. */
export const takesAll = oneIn === 1;

/** A sample of what is given, and its size in words. */
export function sampled<T>(all: readonly T[]): { some: T[]; words: string } {
  const some = all.filter((_, index) => index % oneIn === seed % oneIn);
  return { some, words: `${some.length} of ${all.length} (SAMPLE=${oneIn} SAMPLE_SEED=${seed})` };
}
