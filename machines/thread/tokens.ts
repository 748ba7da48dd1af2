/** Tokens that model calls have used, as the provider counted them; 0 where it did not say. */
export interface Tokens {
  input: number;
  output: number;
  reasoning: number;
  /** Input read from the provider's cache. */
  cached: number;
  /** Input written to it. */
  cacheWrite: number;
  total: number;
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, reasoning: 0, cached: 0, cacheWrite: 0, total: 0 };

/** Two counts of tokens in one. */
export const addTokens = (a: Tokens, b: Tokens): Tokens => ({
  input: a.input + b.input,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
  cached: a.cached + b.cached,
  cacheWrite: a.cacheWrite + b.cacheWrite,
  total: a.total + b.total,
});

/** Counts as they are stored: without those that are 0, and without a total that is the sum. */
export function leanTokens(tokens: Tokens): Partial<Tokens> {
  const { total, ...parts } = tokens;
  const counted = Object.fromEntries(Object.entries(parts).filter(([, count]) => count !== 0));
  return total === sumOf(tokens) ? counted : { ...counted, total };
}

/** Stored counts with what was left out. */
export const wholeTokens = (lean: Partial<Tokens>): Tokens => ({ ...NO_TOKENS, total: sumOf(lean), ...lean });

const sumOf = ({ input = 0, output = 0 }: Partial<Tokens>): number => input + output;
