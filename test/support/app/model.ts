import type {
  LanguageModelV3CallOptions,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";
import * as mocks from "ai/test";

/** What the model does in one call: parts to stream, with pauses in milliseconds, or an error to throw. */
export type ModelStep = (LanguageModelV3StreamPart | { pauseMs: number } | { throw: unknown })[];

/** Decides what the model does from what it was sent; throws what the provider answers instead of a stream. */
export type ModelScript = (prompt: LanguageModelV3Prompt, callIndex: number) => ModelStep;

const USAGE = {
  inputTokens: { total: 10, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 5, text: 5, reasoning: undefined },
};

/** Parts of a step that says something. */
export const says = (text: string, pauseMs = 0): ModelStep => [
  { type: "text-start", id: "t" },
  ...text
    .split(/(?<=\s)/)
    .flatMap((delta): ModelStep => [{ pauseMs }, { type: "text-delta", id: "t", delta }]),
  { type: "text-end", id: "t" },
];

/** A part of a step that calls a tool. */
export const calls = (toolName: string, input: unknown, toolCallId: string): ModelStep => [
  {
    type: "tool-call",
    toolCallId,
    toolName,
    input: typeof input === "string" ? input : JSON.stringify(input),
  },
];

/** The end of a step. */
export const ends = (
  unified: "stop" | "tool-calls" | "length" | "error" = "stop",
  told: Partial<Extract<LanguageModelV3StreamPart, { type: "finish" }>> = {},
): ModelStep => [{ type: "finish", finishReason: { unified, raw: unified }, usage: USAGE, ...told }];

/** The prompts that the model was called with, and the signals of those calls. */
export const modelCalls: LanguageModelV3CallOptions[] = [];

let script: ModelScript = () => [...says("Hello."), ...ends()];

/** Sets what the model does from now on, and forgets earlier calls. */
export function setScript(next: ModelScript | ModelStep[]): void {
  modelCalls.length = 0;
  script = Array.isArray(next) ? (_prompt, index) => next[Math.min(index, next.length - 1)]! : next;
}

/** The mock of the newest kind of model that the installed AI SDK knows: V3 in 6, V4 in 7. What they stream is the same. */
const { MockLanguageModelV4: MockLanguageModel = mocks.MockLanguageModelV3 } = mocks as unknown as {
  MockLanguageModelV4?: typeof mocks.MockLanguageModelV3;
};

export const testModel = new MockLanguageModel({
  supportedUrls: { "*/*": [/.*/] },
  doStream: (options) => {
    const step = script(options.prompt, modelCalls.push(options) - 1);
    return Promise.resolve({ stream: play(step, options.abortSignal) });
  },
});

function play(step: ModelStep, signal?: AbortSignal): ReadableStream<LanguageModelV3StreamPart> {
  const rest = [...step];
  return new ReadableStream({
    async pull(controller) {
      for (let next = rest.shift(); ; next = rest.shift()) {
        if (signal?.aborted) return controller.error(signal.reason);
        if (next === undefined) return controller.close();
        if ("throw" in next) return controller.error(next.throw);
        if (!("pauseMs" in next)) return controller.enqueue(next);
        const { pauseMs } = next;
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
  });
}
