import { anyApi, type ApiFromModules } from "convex/server";
import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import * as agent from "../support/app/agent.js";
import { setup } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";
import * as control from "./control.js";

const app = (anyApi as unknown as ApiFromModules<{ control: typeof control }>).control;

const start = () =>
  setup({
    modules: {
      "./app/control.ts": () => Promise.resolve(control),
      "./app/chat.ts": () => Promise.resolve({ handler: agent.handler }),
    },
  });

const answers = (text: string) => [...says(text), ...ends()];

test("a correction reaches the agent while its tool works", async () => {
  const { mutation, until, settle } = start();
  setScript([[...calls("slow", { key: "a" }, "1"), ...ends("tool-calls")], answers("In Celsius: 20.")]);
  const threadId = await mutation(app.createThread, { prompt: "How warm is it?" });
  await until(() => sideEffects.length === 1);
  await mutation(app.correct, { threadId });
  expect(await settle(threadId)).toMatchObject({ status: "completed", turn: 1 });
  expect(spokenTo(modelCalls[1]!.prompt)!.at(-1)).toBe("user: In Celsius, please.");
});

test("a webhook that is delivered twice is one message", async () => {
  const { mutation, settle } = start();
  setScript([answers("Noted."), answers("Again?")]);
  const threadId = await mutation(app.createThread, {});
  const deliver = () => mutation(app.onWebhook, { threadId, eventId: "evt_1", text: "Paid." });
  expect(await deliver()).toBe(await deliver());
  await settle(threadId);
  expect(modelCalls).toHaveLength(1);
});

test("another way is tried in a thread of its own", async () => {
  const { mutation, query, settle, transcript } = start();
  setScript([answers("It is complicated."), answers("It is simple.")]);
  const threadId = await mutation(app.createThread, { prompt: "Why?" });
  await settle(threadId);
  const [asked] = await query(app.listMessages, { threadId });
  const forkId = await mutation(app.tryAnotherWay, { threadId, messageId: asked!.id });
  await settle(forkId);
  expect(await transcript(forkId)).toEqual([
    "user: Why?",
    "user: Explain it simply.",
    "assistant: It is simple.",
  ]);
  expect((await transcript(threadId)).at(-1)).toBe("assistant: It is complicated.");
});
