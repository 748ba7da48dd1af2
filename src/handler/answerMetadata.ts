import type { Step } from "./turnSteps.js";
import { toStoredUsage, type Usage } from "./usage.js";

/** What is known of a model call that has answered. */
export interface AnswerFacts {
  /** The model and its provider, as the AI SDK names them. */
  model: string;
  provider: string;
  /** From the call to the end of its answer, in milliseconds. */
  durationMs: number;
  finishReason: string;
  usage: Usage;
}

/**
 * What is stored as the `metadata` of an answer. True: `model`, `provider` and `durationMs`. A function receives what is known, and
 * returns at most 8 KiB.
 */
export type MessageMetadata = boolean | ((answer: AnswerFacts) => Record<string, unknown> | undefined);

/** The metadata of an answer. A function that throws is logged, and the answer has none. */
export function metadataOf(
  messageMetadata: MessageMetadata,
  { model: { modelId, provider }, finishReason, usage }: Step,
  durationMs: number,
): Record<string, unknown> | undefined {
  const facts = { model: modelId, provider, durationMs };
  if (typeof messageMetadata === "boolean") return messageMetadata ? facts : undefined;
  try {
    return messageMetadata({ ...facts, finishReason, usage: toStoredUsage(usage) });
  } catch (error) {
    // eslint-disable-next-line no-console -- the answer stands; only the app's log can show this.
    console.error("messageMetadata failed:", error);
    return undefined;
  }
}
