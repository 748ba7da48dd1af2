import { anyApi, type ApiFromModules } from "convex/server";
import { createAsyncTool } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import type * as tools from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, pendingJobs, shownText, spokenTo } from "../support/inspect.js";

const internal = anyApi as unknown as ApiFromModules<{ tools: typeof tools }>;

const quickly = (text: string) => [...says(text), ...ends()];
const slowly = (text: string) => [...says(text, 1_000), ...ends()];

const idOf = async (app: App, threadId: string, text: string): Promise<string> => {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.find(({ parts }) => parts.some((part) => "text" in part && part.text === text))!.id;
};

describe("while a fork's history is copied", () => {
  test("nothing is regenerated or edited, and the fork is as it was to be", async () => {
    const app = setup();
    setScript([quickly("Answer.")]);
    const messages = Array.from({ length: 300 }, (_, i) => ({ role: "user" as const, prompt: `${i}` }));
    const threadId = await app.mutation(api.createThread, { messages });
    const forkId = await app.mutation(api.forkThread, { threadId });
    const messageId = await idOf(app, forkId, "200");
    expect(await codeOf(app.mutation(api.regenerate, { threadId: forkId }))).toBe("thread_running");
    expect(await codeOf(app.mutation(api.regenerate, { threadId: forkId, messageId }))).toBe(
      "thread_running",
    );
    const edit = { threadId: forkId, messageId, prompt: "Changed" };
    expect(await codeOf(app.mutation(api.editMessage, edit))).toBe("thread_running");
    await app.settle(forkId);
    expect(await app.query(api.listMessages, { threadId: forkId, limit: 500 })).toHaveLength(300);
    await app.mutation(api.regenerate, { threadId: forkId });
    await app.settle(forkId);
    expect((await app.transcript(forkId)).slice(-2)).toEqual(["user: 299", "assistant: Answer."]);
  });
});

test("an answer of 18 MB is regenerated", async () => {
  const app = setup();
  setScript([quickly("Short."), quickly("Shorter.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  for (let i = 0; i < 18; i++)
    await app.mutation(api.addMessage, { threadId, role: "assistant", prompt: "x".repeat(1_000_000) });
  await app.mutation(api.regenerate, { threadId });
  await app.settle(threadId);
  expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: Shorter."]);
});

describe("while calls wait for people", () => {
  const rewinds: Record<
    string,
    (app: App, thread: { threadId: string; messageId: string }) => Promise<unknown>
  > = {
    regenerate: (app, { threadId }) => app.mutation(api.regenerate, { threadId }),
    editMessage: (app, thread) => app.mutation(api.editMessage, { ...thread, prompt: "Ask" }),
  };
  const sizes = { "a few": [3, 10], "many large": [20, 220 * 1024] } as const;
  const cases = Object.keys(rewinds).flatMap((name) =>
    Object.keys(sizes).map((size) => [name, size as keyof typeof sizes] as const),
  );

  test.each(cases)("%s drops %s, with their deadlines", async (name, size) => {
    const app = setup();
    const [count, bytes] = sizes[size];
    const ask = createAsyncTool({
      description: "Ask a person",
      args: z.object({ question: z.string() }),
      callback: internal.tools.ask,
      timeoutMs: 3_600_000,
    });
    overrides.options = { ...defaultOptions, tools: { ask } };
    const asked = Array.from({ length: count }, (_, i) =>
      calls("ask", { question: "x".repeat(bytes) }, `${i}`),
    );
    setScript([[...asked.flat(), ...ends("tool-calls")], quickly("Anew.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
    const messageId = await idOf(app, threadId, "Ask");
    await app.until(() => sideEffects.length === count);
    const start = Date.now();
    await rewinds[name]!(app, { threadId, messageId });
    await app.settle(threadId);
    expect(Date.now() - start).toBeLessThan(3_600_000);
    expect(await app.transcript(threadId)).toEqual(["user: Ask", "assistant: Anew."]);
    expect(await pendingJobs(app)).toEqual([]);
    expect(modelCalls).toHaveLength(2);
  });
});

describe("on a stopped thread that keeps messages", () => {
  async function stopped(app: App) {
    setScript([slowly("one two three"), quickly("Anew.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    await app.mutation(api.sendMessage, { threadId, prompt: "Waits" });
    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    return threadId;
  }
  test("an answer is not regenerated until they are withdrawn", async () => {
    const app = setup();
    const threadId = await stopped(app);
    expect(await codeOf(app.mutation(api.regenerate, { threadId }))).toBe("messages_waiting");
    expect((await app.transcript(threadId)).at(-1)).toBe("user: Waits");
    await app.mutation(api.withdrawMessage, { threadId, messageId: await idOf(app, threadId, "Waits") });
    await app.mutation(api.regenerate, { threadId });
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual(["user: First", "assistant: Anew."]);
  });
  test("an edit replaces them, as all that followed the message", async () => {
    const app = setup();
    const threadId = await stopped(app);
    await app.mutation(api.editMessage, {
      threadId,
      messageId: await idOf(app, threadId, "First"),
      prompt: "Changed",
    });
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual(["user: Changed", "assistant: Anew."]);
    expect(spokenTo(modelCalls.at(-1)!.prompt)).toEqual(["user: Changed"]);
  });
});
