import { anyApi, type ApiFromModules } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { component } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { setup } from "../support/harness.js";

/** Each step of the scripted model uses 15 tokens. */
const TOKENS_A_STEP = 15;

/** An agent with these budgets. */
function withLimits(limits: Parameters<typeof defineAgentApi>[2] & object) {
  const module = defineAgentApi(component, anyApi.agent!.handler as never, limits);
  const app = setup({ modules: { "./app/budgeted.ts": () => Promise.resolve(module) } });
  const api = (anyApi as unknown as ApiFromModules<{ budgeted: typeof module }>).budgeted;
  return { ...app, api };
}

const asks = (key: number) => [...calls("record", { key: `${key}` }, `call-${key}`), ...ends("tool-calls")];
const endless = () => setScript((_prompt, index) => asks(index));
const answer = [...says("Done."), ...ends()];

describe("a turn's tokens", () => {
  test("stop the thread when they are used up, until it is resumed", async () => {
    const { api, mutation, settle } = withLimits({ limits: { maxTurnTokens: 2 * TOKENS_A_STEP } });
    endless();
    const threadId = await mutation(api.createThread, { prompt: "Go" });
    expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxTurnTokens" });
    expect(modelCalls).toHaveLength(2);
    setScript([answer]);
    await mutation(api.resumeThread, { threadId });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
  });

  test("do not cut off an answer that ends the turn", async () => {
    const { api, mutation, settle } = withLimits({ limits: { maxTurnTokens: 1 } });
    setScript([answer]);
    const threadId = await mutation(api.createThread, { prompt: "Go" });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
  });
});

describe("a thread's tokens", () => {
  test("are those of all its turns; resuming gives it as many again", async () => {
    const { api, mutation, settle } = withLimits({ limits: { maxThreadTokens: 2 * TOKENS_A_STEP } });
    setScript([answer]);
    const threadId = await mutation(api.createThread, { prompt: "One" });
    await settle(threadId);
    await mutation(api.sendMessage, { threadId, prompt: "Two" });
    await settle(threadId);
    await mutation(api.sendMessage, { threadId, prompt: "Three" });
    expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxThreadTokens" });
    expect(modelCalls).toHaveLength(2);
    await mutation(api.resumeThread, { threadId });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
    expect(modelCalls).toHaveLength(3);
  });
});

describe("a turn's time", () => {
  test("ends an answer that takes too long, and keeps its text so far", async () => {
    const { api, mutation, settle, transcript, advance } = withLimits({ limits: { maxTurnMs: 10_000 } });
    setScript([[...says("one two three four five six seven eight nine ten", 2_000), ...ends()]]);
    const threadId = await mutation(api.createThread, { prompt: "Count" });
    expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxTurnMs" });
    expect((await transcript(threadId)).at(-1)).toMatch(/^assistant: one two/);
    await advance(120_000);
    expect(modelCalls).toHaveLength(1);
  });

  test("is not up for a turn that came after", async () => {
    const { api, mutation, settle, advance } = withLimits({ limits: { maxTurnMs: 10_000 } });
    setScript([answer, [...says("one two three", 2_000), ...ends()]]);
    const threadId = await mutation(api.createThread, { prompt: "One" });
    await settle(threadId);
    await advance(6_000);
    await mutation(api.sendMessage, { threadId, prompt: "Two" });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
  });
});

test("a thread's time is that of all its turns", async () => {
  const { api, mutation, settle } = withLimits({ limits: { maxThreadMs: 10_000 } });
  const slowly = [...says("one two three", 2_000), ...ends()];
  setScript([slowly]);
  const threadId = await mutation(api.createThread, { prompt: "One" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  await mutation(api.sendMessage, { threadId, prompt: "Two" });
  expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxThreadMs" });
});
