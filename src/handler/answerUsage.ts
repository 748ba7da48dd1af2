import type { Step } from "./turnSteps.js";
import { toStoredUsage, type Usage } from "./usage.js";

/**
 * What a model call costs, in a unit of the app's choice: the limits `maxTurnCost` and `maxThreadCost` are in the same one.
 *
 * @param usage - its tokens, as the provider counted them. `inputTokens` has those that were read from the cache, or written to it.
 * @param model - the model as the AI SDK names it.
 */
export type Price = (usage: Usage, model: Step["model"]) => number;

/**
 * What a model call used: its tokens, and where the app has a price also its model and what it costs. A cost that cannot be told is
 * logged, and left out.
 */
export function usageOf({ usage, model }: Step, price: Price | undefined): Usage {
  const counted = toStoredUsage(usage);
  if (!price) return counted;
  const { modelId, provider } = model;
  return { ...counted, model: modelId, provider, cost: costOf(price, counted, model) };
}

function costOf(price: Price, usage: Usage, model: Step["model"]): number | undefined {
  try {
    const cost = price(usage, model);
    if (!(cost >= 0 && cost < Infinity)) throw new Error(`It returned ${String(cost)}.`);
    return cost;
  } catch (error) {
    // eslint-disable-next-line no-console -- the answer stands; only the app's log can show this.
    console.error("price failed:", error);
    return undefined;
  }
}
