import type { LanguageModelUsage } from "ai";
import type { Infer } from "convex/values";
import { vUsage } from "../../component/validators/message.js";

/** Tokens as they are stored with a step: what of them the provider counted. */
export type Usage = Infer<typeof vUsage>;

/** The AI SDK's count of one model call, as it is stored. */
export function toStoredUsage(usage: LanguageModelUsage): Usage {
  const { inputTokens, outputTokens, totalTokens, inputTokenDetails, outputTokenDetails } = usage;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    reasoningTokens: outputTokenDetails.reasoningTokens,
    cachedInputTokens: inputTokenDetails.cacheReadTokens,
  };
}

/** A stored count in the AI SDK's form. */
export function fromStoredUsage(usage: Usage = {}): LanguageModelUsage {
  const { inputTokens, outputTokens, totalTokens, reasoningTokens, cachedInputTokens } = usage;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    inputTokenDetails: {
      noCacheTokens: undefined,
      cacheReadTokens: cachedInputTokens,
      cacheWriteTokens: undefined,
    },
    outputTokenDetails: { textTokens: undefined, reasoningTokens },
    reasoningTokens,
    cachedInputTokens,
  };
}

const FIELDS = Object.keys(vUsage.fields) as (keyof Usage)[];

/** The sum of several counts. What none of them has, it has not either. */
export function sumUsage(usages: Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of usages)
    for (const field of FIELDS) {
      const tokens = usage[field];
      if (tokens !== undefined) sum[field] = (sum[field] ?? 0) + tokens;
    }
  return sum;
}
