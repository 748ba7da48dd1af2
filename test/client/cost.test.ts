import { anyApi, type ApiFromModules } from "convex/server";
import { defineAgentApi, type StreamHandlerOptions } from "convex-durable-agents";
import { afterEach, describe, expect, test, vi } from "vitest";
import { component, defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { setup, sharedApi } from "../support/harness.js";

const asks = (key: number) => [...calls("record", { key: `${key}` }, `call-${key}`), ...ends("tool-calls")];
const endless = () => setScript((_prompt, index) => asks(index));
const answer = [...says("Done."), ...ends()];

/** The scripted model's step has 10 tokens of input and 5 of output: 20 cents. */
const price: StreamHandlerOptions["price"] = ({ inputTokens = 0, outputTokens = 0 }) =>
  inputTokens + 2 * outputTokens;
const COST = 20;

/** An agent with prices and these limits. */
function priced(limits: Parameters<typeof defineAgentApi>[2] & object = {}, options = { price }) {
  overrides.options = { ...defaultOptions, ...options };
  const module = defineAgentApi(component, anyApi.agent!.handler as never, limits);
  const app = setup({ modules: { "./app/priced.ts": () => Promise.resolve(module) } });
  const api = (anyApi as unknown as ApiFromModules<{ priced: typeof module }>).priced;
  return { ...app, api };
}

afterEach(() => void vi.restoreAllMocks());

describe.each([0, 15_000])("with a slice of %i ms", (slice) => {
  test("what a model call costs is stored with its answer, its turn and its thread", async () => {
    const { api, mutation, query, settle } = priced();
    overrides.slice = slice;
    const usage = {
      inputTokens: { total: 100, noCache: 50, cacheRead: 30, cacheWrite: 20 },
      outputTokens: { total: 10, text: 10, reasoning: 0 },
    };
    setScript([asks(1), [...says("Done."), ...ends("stop", { usage })], answer]);
    const threadId = await mutation(api.createThread, { prompt: "Go" });
    await settle(threadId);
    const [first, second] = (await query(api.listMessages, { threadId })).slice(1);
    expect(first!.usage).toMatchObject({ model: "mock-model-id", provider: "mock-provider", cost: COST });
    expect(second!.usage).toMatchObject({
      ...{ inputTokens: 100, cachedInputTokens: 30, cacheWriteTokens: 20, cost: 120 },
    });
    await mutation(api.sendMessage, { threadId, prompt: "More" });
    await settle(threadId);
    expect(await query(api.getUsage, { threadId, turn: 1 })).toMatchObject({
      turn: { cost: COST + 120, tokens: { cached: 30, cacheWrite: 20 } },
      thread: { cost: 2 * COST + 120 },
    });
    const { turns } = await query(api.listTurns, { threadId });
    expect(turns.map(({ cost }) => cost)).toEqual([COST, COST + 120]);
  });

  test("a turn's cost stops the thread when it is used up, until it is resumed", async () => {
    const { api, mutation, query, settle } = priced({ limits: { maxTurnCost: 1.5 * COST } });
    overrides.slice = slice;
    endless();
    const threadId = await mutation(api.createThread, { prompt: "Go" });
    expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxTurnCost" });
    expect(modelCalls).toHaveLength(2);
    expect(await query(api.explainThread, { threadId })).toMatchObject({
      stopped: { reason: "maxTurnCost", limit: 1.5 * COST },
      limits: [{ limit: "maxSteps" }, { limit: "maxTurnCost", max: 1.5 * COST, used: 2 * COST, left: 0 }],
    });
    setScript([answer]);
    await mutation(api.resumeThread, { threadId });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
  });

  test("a thread's cost is that of all its turns; resuming gives it as much again", async () => {
    const { api, mutation, settle } = priced({ limits: { maxThreadCost: 2 * COST } });
    overrides.slice = slice;
    setScript([answer]);
    const threadId = await mutation(api.createThread, { prompt: "One" });
    await settle(threadId);
    for (const prompt of ["Two", "Three"]) {
      await mutation(api.sendMessage, { threadId, prompt });
      await settle(threadId);
    }
    expect(await settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxThreadCost" });
    expect(modelCalls).toHaveLength(2);
    await mutation(api.resumeThread, { threadId });
    expect(await settle(threadId)).toMatchObject({ status: "completed" });
    expect(modelCalls).toHaveLength(3);
  });
});

test("callbacks and metadata know the cost, also of a turn's earlier steps", async () => {
  const { api, mutation, query, settle } = priced();
  const costs: unknown[] = [];
  overrides.options = {
    ...defaultOptions,
    price,
    messageMetadata: true,
    onTurnComplete: ({ usage }) => void costs.push(usage.cost),
  };
  setScript([asks(1), answer]);
  const threadId = await mutation(api.createThread, { prompt: "Go" });
  await settle(threadId);
  expect(costs).toEqual([2 * COST]);
  expect((await query(api.listMessages, { threadId })).at(-1)!.metadata).toMatchObject({ cost: COST });
});

test.each([
  [
    "throws",
    () => {
      throw new Error("No such model.");
    },
  ],
  ["returns no number", () => NaN],
  ["returns a negative number", () => -1],
])("a price that %s is logged, and the answer stands", async (_what, broken) => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { api, mutation, query, settle } = priced({}, { price: broken });
  setScript([answer]);
  const threadId = await mutation(api.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(logged).toHaveBeenCalledWith("price failed:", expect.any(Error));
  expect((await query(api.getUsage, { threadId }))!.turn).toMatchObject({ cost: 0 });
});

test.each([0, -1, NaN])("a limit of %d is refused", (maxTurnCost) => {
  const handler = anyApi.agent!.handler as never;
  expect(() => defineAgentApi(component, handler, { limits: { maxTurnCost } })).toThrow(
    /limits\.maxTurnCost/,
  );
});

test("a turn tells who began it, where several people share the thread", async () => {
  const app = setup();
  setScript([answer]);
  const [ann, bob] = ["ann", "bob"].map((name) => app.t.withIdentity({ subject: `red|${name}` }));
  const threadId = await ann!.mutation(sharedApi.createThread, { prompt: "One" });
  await app.settle(threadId);
  await bob!.mutation(sharedApi.sendMessage, { threadId, prompt: "Two" });
  await app.settle(threadId);
  const { turns } = await ann!.query(sharedApi.listTurns, { threadId });
  expect(turns.map(({ sender }) => sender)).toEqual(["red|bob", "red|ann"]);
  expect(await ann!.query(sharedApi.getUsage, { threadId })).toMatchObject({ turn: { sender: "red|bob" } });
});
