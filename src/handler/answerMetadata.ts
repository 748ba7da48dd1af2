import type { Step } from "./turnSteps.js";
import type { Usage } from "./usage.js";

/** What is known of a model call that has answered. */
export interface AnswerFacts {
  /** The model and its provider, as the AI SDK names them. */
  model: string;
  provider: string;
  /** From the call to the end of its answer, in milliseconds. */
  durationMs: number;
  /** What it costs, where the handler has a `price` that tells it. */
  cost?: number;
  finishReason: string;
  usage: Usage;
}

/**
 * What is stored as the `metadata` of an answer. True: `model`, `provider`, `durationMs` and `cost`. A function receives what is known, and
 * returns at most 8 KiB.
 */
export type MessageMetadata = boolean | ((answer: AnswerFacts) => Record<string, unknown> | undefined);

/** The metadata of an answer. A function that throws is logged, and the answer has none. */
export function metadataOf(
  messageMetadata: MessageMetadata,
  { model: { modelId, provider }, finishReason }: Step,
  usage: Usage,
  durationMs: number,
): Record<string, unknown> | undefined {
  const { cost } = usage;
  const facts = { model: modelId, provider, durationMs, ...(cost !== undefined && { cost }) };
  if (typeof messageMetadata === "boolean") return messageMetadata ? facts : undefined;
  try {
    return messageMetadata({ ...facts, finishReason, usage });
  } catch (error) {
    // eslint-disable-next-line no-console -- the answer stands; only the app's log can show this.
    console.error("messageMetadata failed:", error);
    return undefined;
  }
}
