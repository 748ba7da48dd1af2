import { hasToolCall, stepCountIs, type ModelMessage, type StepResult, type ToolSet } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { expect, test } from "vitest";
import type { MessageDoc, StreamHandlerOptions } from "convex-durable-agents";
import { answersOf, shouldStop, toStepResult } from "../../src/handler/turnSteps.js";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";

const callsRecord = (key: string): ModelStep => [...calls("record", { key }, key), ...ends("tool-calls")];
const answer: ModelStep = [...says("Hello."), ...ends()];
const fails: ModelStep = [{ throw: new TypeError("fetch failed") }];

const use = (options: Partial<StreamHandlerOptions>) => {
  overrides.options = { ...defaultOptions, ...options };
};

/** A turn of this script, once it is settled. */
async function runTurn(script: Parameters<typeof setScript>[0]) {
  const app = setup();
  setScript(script);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  return app.settle(threadId);
}

test("prepareStep counts the turn's steps, not their attempts, and sees each one's outcome", async () => {
  const seen: unknown[] = [];
  use({
    prepareStep: ({ stepNumber, steps }) => {
      const said = steps.map(({ toolCalls, toolResults, finishReason, usage }) => [
        toolCalls.map(({ input }) => input as unknown),
        toolResults.map(({ output }) => output as unknown),
        finishReason,
        usage.totalTokens ?? usage.inputTokens,
      ]);
      seen.push([stepNumber, said]);
      return {};
    },
  });
  await runTurn([callsRecord("a"), fails, callsRecord("b"), fails, answer]);
  const a = [[{ key: "a" }], [{ recorded: "a" }], "tool-calls", 15];
  const b = [[{ key: "b" }], [{ recorded: "b" }], "tool-calls", 15];
  expect(seen).toEqual([
    [0, []],
    [1, [a]],
    [1, [a]],
    [2, [a, b]],
    [2, [a, b]],
  ]);
});

test("prepareStep may give a step its own model, tools, instructions and messages", async () => {
  const asked: { system: unknown; said: unknown; tools: unknown }[] = [];
  const other = new MockLanguageModelV3({
    doStream: async ({ prompt, tools }) => {
      asked.push({
        system: prompt[0]!.content,
        said: spokenTo(prompt),
        tools: tools?.map(({ name }) => name),
      });
      const chunks = answer.filter((part) => "type" in part);
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
  const messages: ModelMessage[] = [{ role: "user", content: "Sum it up." }];
  use({
    prepareStep: ({ stepNumber }) =>
      stepNumber < 2 ? {} : { model: other, activeTools: ["ask"], system: "Be long.", messages },
  });
  expect(await runTurn([callsRecord("a"), callsRecord("b"), answer])).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(2);
  expect(asked).toEqual([{ system: "Be long.", said: ["user: Sum it up."], tools: ["ask"] }]);
});

test("a call of a tool that prepareStep removed is refused, and the model receives the error", async () => {
  use({ prepareStep: ({ stepNumber }) => (stepNumber === 0 ? { activeTools: ["ask"] } : {}) });
  expect(await runTurn([callsRecord("a"), answer])).toMatchObject({ status: "completed" });
  expect(sideEffects).toEqual([]);
  expect(spokenTo(modelCalls[1]!.prompt)!.at(-1)).toBe("tool: tool-result");
});

type Steps = { steps: StepResult<ToolSet>[] };
const used = ({ steps }: Steps) => steps.reduce((sum, { usage }) => sum + (usage.inputTokens ?? 0), 0);

test.each([
  ["a tool that a later step calls", [hasToolCall("record_again"), stepCountIs(9)], 3],
  ["a budget of tokens over all steps", (given: Steps) => used(given) >= 20, 2],
  ["an asynchronous decision", async ({ steps }: Steps) => steps.length >= 4, 4],
  [
    "the tools' failures",
    ({ steps }: Steps) => steps.some(({ content }) => content.some(({ type }) => type === "tool-error")),
    2,
  ],
])("stopWhen, on %s, ends a turn with retries in between", async (_what, stopWhen, count) => {
  use({ stopWhen: stopWhen as StreamHandlerOptions["stopWhen"] });
  let step = 0;
  const thread = await runTurn((_prompt, index) => {
    if (index % 2 === 0) return fails;
    step += 1;
    const name = step === 3 ? "record_again" : step === 2 ? "refuse" : "record";
    return [
      ...calls(name, name === "refuse" ? {} : { key: String(step) }, String(step)),
      ...ends("tool-calls"),
    ];
  });
  expect(thread).toMatchObject({ status: "completed" });
  expect(step).toBe(count);
});

test("a message of the user's that comes after a step is answered, whatever stopWhen says", async () => {
  const message = (role: "user" | "assistant", step: number): MessageDoc => ({
    ...{ id: `${role} ${step}`, threadId: "t", _creationTime: 0, turn: 1, step, partial: false },
    ...{ role, parts: [{ type: "text" as const, text: "said" }] },
  });
  const answered = [message("user", 0), message("assistant", 1)];
  const steered = [...answered, message("user", 1)];
  const stepsOf = (messages: MessageDoc[]) => answersOf(messages, 1).map(toStepResult);
  expect(stepsOf(steered)).toHaveLength(1);
  expect(await shouldStop(stepCountIs(1), stepsOf(answered), answered)).toBe(true);
  expect(await shouldStop(stepCountIs(1), stepsOf(steered), steered)).toBe(false);
});
