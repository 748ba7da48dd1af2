import type { LanguageModelUsage } from "ai";
import type { Infer } from "convex/values";
import { vUsage } from "../../component/validators/message.js";

/** What a step used, as it is stored; what the provider did not count is absent. */
export type Usage = Infer<typeof vUsage>;

/** Converts the AI SDK's count of one model call to the stored form. */
export function toStoredUsage(usage: LanguageModelUsage): Usage {
  const { inputTokens, outputTokens, totalTokens, inputTokenDetails, outputTokenDetails } = usage;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    reasoningTokens: outputTokenDetails.reasoningTokens,
    cachedInputTokens: inputTokenDetails.cacheReadTokens,
    // Most providers have no such thing, and some say 0 then.
    cacheWriteTokens: inputTokenDetails.cacheWriteTokens || undefined,
  };
}

/** Converts a stored count to the AI SDK's form. Version 6 has two of its fields at the top level as well. */
export function fromStoredUsage(usage: Usage = {}): LanguageModelUsage {
  const { inputTokens, outputTokens, totalTokens, reasoningTokens, cachedInputTokens } = usage;
  const atTopLevel = { reasoningTokens, cachedInputTokens };
  return {
    ...atTopLevel,
    inputTokens,
    outputTokens,
    totalTokens,
    inputTokenDetails: {
      noCacheTokens: undefined,
      cacheReadTokens: cachedInputTokens,
      cacheWriteTokens: usage.cacheWriteTokens,
    },
    outputTokenDetails: { textTokens: undefined, reasoningTokens },
  };
}

const COUNTS = (Object.keys(vUsage.fields) as (keyof Usage)[]).filter(
  (field) => field !== "model" && field !== "provider",
);

/** Adds several counts. A field that none of them has is absent in the sum. */
export function sumUsage(usages: Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of usages)
    for (const field of COUNTS) {
      const count = usage[field];
      if (count !== undefined) sum[field] = (sum[field] ?? 0) + count;
    }
  return sum;
}
