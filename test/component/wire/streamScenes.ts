import { APICallError, Output, stepCountIs } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import type { StreamHandlerOptions } from "convex-durable-agents";
import { z } from "zod";
import { deploy } from "../../deployment/deployment.js";
import type { Faults } from "../../deployment/actions.js";
import { defaultOptions, overrides } from "../../support/app/agent.js";
import { calls, ends, says, setScript, type ModelStep } from "../../support/app/model.js";
import { plainOptions } from "../../support/app/plain.js";
import { api, plainApi } from "../../support/harness.js";
import { sentIn, type Sent } from "./sent.js";

const answer: ModelStep = [...says("Hello. How are you?", 200), ...ends()];

async function answered(
  script: ModelStep[],
  options: Partial<StreamHandlerOptions> = {},
  {
    faults,
    createThread = api.createThread,
  }: { faults?: Faults; createThread?: typeof api.createThread } = {},
): Promise<Sent[]> {
  const app = deploy({ faults });
  overrides.options = { ...defaultOptions, ...options };
  setScript(script);
  await app.settle(await app.mutation(createThread, { prompt: "Go" }));
  return sentIn(app);
}

/** The first write of an answer is stored and not answered. */
function firstFlushIsLost(): Faults {
  let isFirst = true;
  return ({ to }) => {
    if (to !== "steps:flush" || !isFirst) return null;
    isFirst = false;
    return { type: "answer lost" };
  };
}

const titleModel = new MockLanguageModelV3({
  doGenerate: () =>
    Promise.resolve({
      content: [{ type: "text", text: "Greetings" }],
      finishReason: { unified: "stop", raw: "stop" },
      usage: {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      },
      warnings: [],
    }),
});

const tooManyRequests = new APICallError({
  message: "Status 429",
  url: "https://provider.example",
  requestBodyValues: {},
  statusCode: 429,
  responseHeaders: { "retry-after": "3" },
});

/** Turns without tools of ours: what a stream handler sends. */
export const streamScenes: Record<string, () => Promise<Sent[]>> = {
  "an answer that streams": () => answered([answer]),
  "an answer that is saved at its end": () => answered([answer], { saveStreamDeltas: false }),
  "an answer whose first write is repeated": () => answered([answer], {}, { faults: firstFlushIsLost() }),
  "a model that is silent, before and within its answer": () =>
    answered([[{ pauseMs: 25_000 }, ...says("Hello. Goodbye.", 25_000), ...ends()]]),
  "an answer with all that a provider may add": () =>
    answered([
      [
        { type: "reasoning-start", id: "r" },
        { type: "reasoning-delta", id: "r", delta: "Hm." },
        { type: "reasoning-end", id: "r" },
        ...says("Hello.", 200),
        ...ends("stop", {
          providerMetadata: { test: { id: "r1" } },
          usage: {
            inputTokens: { total: 10, noCache: 5, cacheRead: 5, cacheWrite: 0 },
            outputTokens: { total: 5, text: 3, reasoning: 2 },
          },
        }),
      ],
    ]),
  "structured output": () =>
    answered([[...says('{"city":"Oslo"}', 200), ...ends()]], {
      output: Output.object({ schema: z.object({ city: z.string() }) }),
    }),
  "a turn that stopWhen ends": () =>
    answered([[...calls("record", { key: "a" }, "1"), ...ends("tool-calls")], answer], {
      stopWhen: stepCountIs(1),
    }),
  "a title": () => answered([answer], { generateTitle: { model: titleModel } }),
  "failures, with and without a time to come back": () =>
    answered([[{ throw: new TypeError("fetch failed") }], [{ throw: tooManyRequests }], answer]),
  "a failure for good": () => answered([[{ throw: new Error("no") }]]),
  "a long history, of which the model sees some": async () => {
    const sent: Sent[] = [];
    for (const recentMessages of [undefined, 120]) {
      const app = deploy();
      setScript([answer]);
      const messages = Array.from({ length: 400 }, (_, i) => ({
        role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
        prompt: `message ${i}`,
      }));
      plainOptions.recentMessages = recentMessages;
      overrides.options = { ...defaultOptions, recentMessages };
      for (const { createThread } of [api, plainApi])
        await app.settle(await app.mutation(createThread, { messages, prompt: "Go" }));
      sent.push(...(await sentIn(app)));
    }
    plainOptions.recentMessages = undefined;
    return sent;
  },
};
