import { MockLanguageModelV3, simulateReadableStream } from "ai/test";

type Result = Awaited<ReturnType<MockLanguageModelV3["doStream"]>>;
type Part = Result["stream"] extends ReadableStream<infer P> ? P : never;

const usage = (total: number) => ({
  inputTokens: { total, noCache: total, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
});

/** An answer that says something and ends the turn. */
export const says = (delta: string, inputTokens = 10): Part[] => [
  { type: "text-start", id: "text" },
  { type: "text-delta", id: "text", delta },
  { type: "text-end", id: "text" },
  { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: usage(inputTokens) },
];

/** An answer that calls a tool. */
export const calls = (toolName: string, input: unknown): Part[] => [
  { type: "tool-call", toolCallId: `call-${toolName}`, toolName, input: JSON.stringify(input) },
  { type: "finish", finishReason: { unified: "tool-calls", raw: "tool_calls" }, usage: usage(10) },
];

/** A model that gives these answers one after another. */
export function scripted(...answers: Part[][]): MockLanguageModelV3 {
  const rest = [...answers];
  return new MockLanguageModelV3({
    doStream: async () => ({ stream: simulateReadableStream({ chunks: rest.shift() ?? says("Done.") }) }),
  });
}
