import { stepCountIs } from "ai";
import { afterEach, expect, test } from "vitest";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { plainOptions } from "../support/app/plain.js";
import { api, plainApi, setup } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";

afterEach(() => {
  delete plainOptions.recentMessages;
  delete plainOptions.tools;
});

/** Holds a conversation with these prompts, each answered with its number, and gives back the last prompt sent. */
async function converse(agent: typeof api | typeof plainApi, prompts: string[]) {
  const app = setup();
  setScript((_prompt, index) => [...says(`Answer ${index + 1}.`), ...ends()]);
  const threadId = await app.mutation(agent.createThread, { prompt: prompts[0] });
  await app.settle(threadId);
  for (const prompt of prompts.slice(1)) {
    await app.mutation(agent.sendMessage, { threadId, prompt });
    await app.settle(threadId);
  }
  return spokenTo(modelCalls.at(-1)!.prompt);
}

const RECENT = ["user: Two", "assistant: Answer 2.", "user: Three"];

test("recentMessages, in options given as an object, bounds what the model is sent", async () => {
  plainOptions.recentMessages = 3;
  expect(await converse(plainApi, ["One", "Two", "Three"])).toEqual(RECENT);
});

test("recentMessages, in options made for each step, bounds what the model is sent", async () => {
  overrides.options = () => ({ ...defaultOptions, recentMessages: 3 });
  expect(await converse(api, ["One", "Two", "Three"])).toEqual(RECENT);
});

test("what the model is sent begins with a user's message", async () => {
  overrides.options = { ...defaultOptions, recentMessages: 2 };
  expect(await converse(api, ["One", "Two", "Three"])).toEqual(["user: Three"]);
});

test.each([1, 2, 4])(
  "the model sees the whole running turn, however few messages it is to see (%i)",
  async (recentMessages) => {
    const app = setup();
    Object.assign(plainOptions, { recentMessages, tools: defaultOptions.tools });
    setScript((_prompt, index) =>
      index < 4
        ? [...calls("record", { key: String(index) }, String(index)), ...ends("tool-calls")]
        : [...says("Done."), ...ends()],
    );
    const threadId = await app.mutation(plainApi.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(spokenTo(modelCalls[4]!.prompt)).toEqual([
      "user: Go",
      ...Array.from({ length: 4 }, () => ["assistant: tool-call", "tool: tool-result"]).flat(),
    ]);
  },
);

test("stopWhen counts all steps of the turn, however few messages the model is sent", async () => {
  const app = setup();
  overrides.options = { ...defaultOptions, recentMessages: 1, stopWhen: stepCountIs(3) };
  setScript((_prompt, index) => [
    ...calls("record", { key: String(index) }, String(index)),
    ...ends("tool-calls"),
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(3);
});
