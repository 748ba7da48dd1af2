import { anyApi, type ApiFromModules } from "convex/server";
import { ConvexError } from "convex/values";
import { defineAgentApi, type Sending } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { component } from "../support/app/agent.js";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { setup, type App } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";

/** What `beforeSend` was told, and whether it refuses. */
const asked: Sending[] = [];
let isRefusing = false;

const gated = defineAgentApi(component, anyApi.agent!.handler as never, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject.split("|")[0] ?? null,
  sender: async (ctx) => (await ctx.auth.getUserIdentity())?.subject.split("|")[1] ?? null,
  beforeSend: (_ctx, sending) => {
    if (isRefusing) throw new ConvexError({ code: "quota_reached", message: "No more today." });
    asked.push(sending);
  },
});
const api = (anyApi as unknown as ApiFromModules<{ gated: typeof gated }>).gated;

function start() {
  asked.length = 0;
  isRefusing = false;
  setScript(() => [...says("Yes."), ...ends()]);
  const app = setup({ modules: { "./app/gated.ts": () => Promise.resolve(gated) } });
  return { app, ann: app.t.withIdentity({ subject: "red|ann" }) };
}

type Person = App["t"] extends { withIdentity: (identity: never) => infer P } ? P : never;

/** Each way to start a turn, and what `beforeSend` receives of it besides who sends. */
const WAYS: { name: string; send: (ann: Person, threadId: string) => Promise<unknown>; told: object }[] = [
  {
    name: "createThread",
    send: (ann) => ann.mutation(api.createThread, { prompt: "New", messageMetadata: { from: "web" } }),
    told: { threadId: undefined, prompt: "New", metadata: { from: "web" } },
  },
  {
    name: "sendMessage",
    send: (ann, threadId) =>
      ann.mutation(api.sendMessage, { threadId, prompt: "More", metadata: { from: "web" }, key: "k" }),
    told: { prompt: "More", metadata: { from: "web" } },
  },
  {
    name: "resumeThread",
    send: (ann, threadId) => ann.mutation(api.resumeThread, { threadId }),
    told: { prompt: undefined },
  },
  {
    name: "regenerate",
    send: (ann, threadId) => ann.mutation(api.regenerate, { threadId }),
    told: { prompt: undefined },
  },
  {
    name: "editMessage",
    send: async (ann, threadId) => {
      const [first] = await ann.query(api.listMessages, { threadId });
      return ann.mutation(api.editMessage, { threadId, messageId: first!.id, prompt: "Rather" });
    },
    told: { prompt: "Rather" },
  },
];

describe.each(WAYS)("$name", ({ send, told }) => {
  test("asks once, with who sends what to which thread", async () => {
    const { app, ann } = start();
    const threadId = await ann.mutation(api.createThread, { prompt: "Hello" });
    await app.settle(threadId);
    asked.length = 0;
    await send(ann, threadId);
    expect(asked).toEqual([
      expect.objectContaining({ threadId, owner: "red", sender: "ann", files: undefined, ...told }),
    ]);
  });

  test("stores nothing where the app refuses, whose error reaches the caller", async () => {
    const { app, ann } = start();
    const threadId = await ann.mutation(api.createThread, { prompt: "Hello" });
    await app.settle(threadId);
    const before = await app.transcript(threadId);
    isRefusing = true;
    expect(await codeOf(send(ann, threadId))).toBe("quota_reached");
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
    expect(await app.transcript(threadId)).toEqual(before);
    expect(await ann.query(api.listThreads, {})).toHaveLength(1);
    expect(modelCalls).toHaveLength(1);
  });
});

test("a key that was used already is answered without asking", async () => {
  const { app, ann } = start();
  const create = () => ann.mutation(api.createThread, { prompt: "Hello", key: "t" });
  const threadId = await create();
  const send = () => ann.mutation(api.sendMessage, { threadId, prompt: "More", key: "m" });
  const messageId = await send();
  isRefusing = true;
  expect(await create()).toBe(threadId);
  expect(await send()).toBe(messageId);
  expect(asked).toHaveLength(2);
  await app.settle(threadId);
});

test("what starts no turn is not asked about", async () => {
  const { ann } = start();
  const threadId = await ann.mutation(api.createThread, {});
  await ann.mutation(api.addMessage, { threadId, role: "user", prompt: "Noted" });
  await ann.mutation(api.forkThread, { threadId });
  expect(asked).toEqual([]);
});
