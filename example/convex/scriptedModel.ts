import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3FinishReason,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";
import { answer, type Answer } from "./script";

/** The pause between two words, in milliseconds, so that an answer is seen to stream. */
const WORD_PAUSE_MS = 25;

/**
 * A language model without a network: it reads what was typed and answers from a script.
 *
 * @param attempt - which attempt at the step it is called for, from 1.
 */
export function scriptedModel(attempt: number): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: "scripted",
    modelId: "scripted",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("The scripted model only streams.")),
    doStream: ({ prompt, abortSignal }: LanguageModelV3CallOptions) =>
      Promise.resolve({ stream: toStream(streamAnswer(answer(prompt, attempt), prompt, abortSignal)) }),
  };
}

async function* streamAnswer(
  { reasoning, text, wordsAtOnce, toolCalls = [], error }: Answer,
  prompt: LanguageModelV3Prompt,
  abortSignal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV3StreamPart> {
  yield { type: "stream-start", warnings: [] };
  if (reasoning) yield* say("reasoning", reasoning, abortSignal);
  if (text) yield* say("text", text, abortSignal, wordsAtOnce);
  if (error) throw error;
  for (const [index, { name, input }] of toolCalls.entries()) {
    const toolCallId = `call_${prompt.length}_${index}_${crypto.randomUUID().slice(0, 8)}`;
    yield { type: "tool-call", toolCallId, toolName: name, input: JSON.stringify(input) };
  }
  const unified: LanguageModelV3FinishReason["unified"] = toolCalls.length > 0 ? "tool-calls" : "stop";
  const words = (text ?? "").split(" ").length;
  yield {
    type: "finish",
    finishReason: { unified, raw: unified },
    usage: {
      inputTokens: {
        total: prompt.length * 10,
        noCache: undefined,
        cacheRead: undefined,
        cacheWrite: undefined,
      },
      outputTokens: { total: words, text: words, reasoning: undefined },
    },
  };
}

async function* say(
  kind: "text" | "reasoning",
  words: string,
  abortSignal: AbortSignal | undefined,
  wordsAtOnce = 1,
): AsyncGenerator<LanguageModelV3StreamPart> {
  const id = `${kind}-1`;
  yield { type: `${kind}-start`, id };
  const all = words.split(/(?<=\s)/);
  for (let next = 0; next < all.length; next += wordsAtOnce) {
    abortSignal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, WORD_PAUSE_MS));
    yield { type: `${kind}-delta`, id, delta: all.slice(next, next + wordsAtOnce).join("") };
  }
  yield { type: `${kind}-end`, id };
}

function toStream<T>(parts: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await parts.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        controller.error(error);
      }
    },
  });
}
