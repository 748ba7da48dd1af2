import { simulateReadableStream } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { convexTest } from "convex-test";
import { register } from "convex-durable-agents/test";
import { defineSchema } from "convex/server";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "./convex/_generated/api";

/** The tutorial's agent in the tests of its app; the repository's own test copies this file there. */
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const finish = (unified) => ({ type: "finish", finishReason: { unified, raw: unified }, usage });
const toolCall = {
  type: "tool-call",
  toolCallId: "1",
  toolName: "get_weather",
  input: '{"location":"Rome"}',
};
const text = [
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", delta: "It is sunny." },
  { type: "text-end", id: "1" },
];

/** A model that needs no key. */
function answers(steps) {
  const doStream = () => {
    const chunks = steps.shift();
    return Promise.resolve({
      stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }),
    });
  };
  globalThis.AI_SDK_DEFAULT_PROVIDER = { languageModel: () => new MockLanguageModelV3({ doStream }) };
}

function start() {
  const t = convexTest(defineSchema({}), import.meta.glob("./convex/**/*.*s"));
  register(t);
  return t;
}

const settled = (t, threadId) =>
  vi.waitUntil(
    async () => {
      const thread = await t.query(api.chat.getThread, { threadId });
      return ["completed", "failed"].includes(thread.status) && thread;
    },
    { timeout: 10_000 },
  );

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  delete globalThis.AI_SDK_DEFAULT_PROVIDER;
});

test("it answers, with its tool", async () => {
  answers([
    [toolCall, finish("tool-calls")],
    [...text, finish("stop")],
  ]);
  const t = start().withIdentity({ subject: "ann" });
  const threadId = await t.mutation(api.chat.createThread, { prompt: "Weather in Rome?" });
  expect(await settled(t, threadId)).toMatchObject({ status: "completed" });
  const { messages } = await t.query(api.chat.listMessagesWithStreams, { threadId, limit: 10 });
  const parts = messages.flatMap((message) => message.parts);
  expect(parts).toContainEqual(
    expect.objectContaining({ type: "tool-get_weather", state: "output-available" }),
  );
  expect(parts.at(-1).text).toBe("It is sunny.");
});

test("whoever is not signed in has no threads, unless DEV_USER is set", async () => {
  const t = start();
  await expect(t.mutation(api.chat.createThread, {})).rejects.toThrow("not_authenticated");
  const threadId = await t.withIdentity({ subject: "ann" }).mutation(api.chat.createThread, {});
  expect(await t.query(api.chat.getThread, { threadId })).toBeNull();
  vi.stubEnv("DEV_USER", "me");
  expect(await t.query(api.chat.getThread, { threadId })).toBeNull();
  const own = await t.mutation(api.chat.createThread, {});
  expect(await t.query(api.chat.listThreads, {})).toMatchObject([{ _id: own }]);
});

test("the model that a string names is called with AI_GATEWAY_API_KEY", async () => {
  vi.stubEnv("DEV_USER", "me");
  vi.stubEnv("AI_GATEWAY_API_KEY", "a-key");
  const requests = [];
  vi.stubGlobal("fetch", (url, { headers, body }) => {
    requests.push({ url: String(url), headers: new Headers(headers), body });
    return Promise.resolve(new Response("{}", { status: 400 }));
  });
  const t = start();
  const threadId = await t.mutation(api.chat.createThread, { prompt: "Hello" });
  expect(await settled(t, threadId)).toMatchObject({ status: "failed" });
  expect(requests).toHaveLength(1);
  expect(requests[0].headers.get("authorization")).toBe("Bearer a-key");
  expect(requests[0].headers.get("ai-language-model-id")).toBe("anthropic/claude-haiku-4.5");
});
