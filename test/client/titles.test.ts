import type { LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import type { StreamHandlerOptions } from "convex-durable-agents";
import { MockLanguageModelV3 } from "ai/test";
import { afterEach, expect, test } from "vitest";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";

const asked: LanguageModelV3CallOptions[] = [];
afterEach(() => void (asked.length = 0));

const answers = (text: string): LanguageModelV3GenerateResult => ({
  content: [{ type: "text", text }],
  finishReason: { unified: "stop", raw: "stop" },
  usage: {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  },
  warnings: [],
});

/** Has a model make titles that answers with this text, or fails. */
function titled(title: string | Error, options: Partial<StreamHandlerOptions> = {}): void {
  const model = new MockLanguageModelV3({
    doGenerate: (call) => {
      asked.push(call);
      return title instanceof Error ? Promise.reject(title) : Promise.resolve(answers(title));
    },
  });
  overrides.options = { ...defaultOptions, generateTitle: { model }, ...options };
}

async function chat(app: App, args: { title?: string } = {}) {
  const threadId = await app.mutation(api.createThread, { prompt: "Where is Rome?", ...args });
  await app.settle(threadId);
  const title = async () => (await app.query(api.getThread, { threadId }))?.title;
  const again = async () => {
    await app.mutation(api.sendMessage, { threadId, prompt: "And Oslo?" });
    await app.settle(threadId);
  };
  return { threadId, title, again };
}

test("a thread gets a title from its first question, once", async () => {
  setScript([
    [...calls("record", { key: "a" }, "1"), ...ends("tool-calls")],
    [...says("In Italy."), ...ends()],
  ]);
  titled(' "Where\n Rome is" ');
  const app = setup();
  const { title, again } = await chat(app);
  expect(await title()).toBe("Where Rome is");
  expect(asked).toHaveLength(1);
  expect(asked[0]!.prompt).toMatchObject([
    { role: "system" },
    { role: "user", content: [{ text: "User: Where is Rome?" }] },
  ]);
  await again();
  expect(asked).toHaveLength(1);
});

test("a thread that has a title keeps it, and no model is asked", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  titled("Where Rome is");
  const { title } = await chat(setup(), { title: "Rome" });
  expect(await title()).toBe("Rome");
  expect(asked).toEqual([]);
});

test("a title that was set in the meantime is kept", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  const app = setup();
  let threadId = "";
  const model = new MockLanguageModelV3({
    doGenerate: async () => {
      await app.mutation(api.updateThread, { threadId, title: "Mine" });
      return answers("Where Rome is");
    },
  });
  overrides.options = { ...defaultOptions, generateTitle: { model } };
  threadId = await app.mutation(api.createThread, { prompt: "Where is Rome?" });
  await app.settle(threadId);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ title: "Mine" });
});

test("a title whose generation fails is logged, changes nothing, and is generated in the next turn", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  titled(new Error("No such model"));
  const app = setup();
  const { threadId, title, again } = await chat(app);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  expect(await title()).toBeUndefined();
  expect(console.error).toHaveBeenCalledWith("generateTitle failed:", expect.any(Error));
  titled("Where Rome is");
  await again();
  expect(await title()).toBe("Where Rome is");
  expect(asked.at(-1)!.prompt[1]).toMatchObject({
    content: [{ text: "User: Where is Rome?\n\nAssistant: In Italy." }],
  });
});

test("a title that takes long is left to the next turn, and holds nothing up", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  const app = setup();
  const aborted: boolean[] = [];
  const model = new MockLanguageModelV3({
    doGenerate: ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal!.addEventListener("abort", () => {
          aborted.push(true);
          reject(new Error("aborted"));
        });
      }),
  });
  overrides.options = { ...defaultOptions, generateTitle: { model } };
  const { threadId, title, again } = await chat(app);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  await app.advance(2_000);
  expect(await title()).toBeUndefined();
  expect(aborted).toEqual([true]);
  expect(console.error).not.toHaveBeenCalled();
  titled("Where Rome is");
  await again();
  expect(await title()).toBe("Where Rome is");
});

test.each([
  ["is cut by whole characters where it is long", "a" + "😀".repeat(300), "a" + "😀".repeat(39)],
  ["that says nothing is none", ' "" ', undefined],
])("a title %s", async (_name, said, kept) => {
  setScript([[...says("In Italy."), ...ends()]]);
  titled(said);
  const { title } = await chat(setup());
  expect(await title()).toBe(kept);
});

test("a handler without the option generates no title", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  titled("Where Rome is", { generateTitle: false });
  expect(await (await chat(setup())).title()).toBeUndefined();
  expect(asked).toEqual([]);
});

test("the app sets the model and the instructions of titles", async () => {
  setScript([[...says("In Italy."), ...ends()]]);
  titled("Roma", {
    model: new MockLanguageModelV3({
      doStream: (call) => (defaultOptions.model as MockLanguageModelV3).doStream(call),
      doGenerate: (call) => {
        asked.push(call);
        return Promise.resolve(answers("Roma"));
      },
    }),
    generateTitle: { prompt: "Ein Titel, bitte." },
  });
  const { title } = await chat(setup());
  expect(await title()).toBe("Roma");
  expect(asked[0]!.prompt[0]).toEqual({ role: "system", content: "Ein Titel, bitte." });
});
