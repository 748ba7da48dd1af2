import type { Usage } from "../validators/message.js";

const sumOf = ({ inputTokens = 0, outputTokens = 0 }: Usage): number => inputTokens + outputTokens;

/** The tokens of a model call as they are stored: without a total that is the sum. */
export function leanUsage({ totalTokens, ...usage }: Usage): Usage {
  return totalTokens === undefined || totalTokens === sumOf(usage) ? usage : { ...usage, totalTokens };
}

/** The tokens of a model call with their total. */
export const wholeUsage = (usage: Usage): Usage => ({
  ...usage,
  totalTokens: usage.totalTokens ?? sumOf(usage),
});
