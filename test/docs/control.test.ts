import { register } from "@convex-dev/rate-limiter/test";
import { expect, test } from "vitest";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { codeOf } from "../support/inspect.js";
import { api, internal } from "./app/convex/_generated/api.js";
import { setupApp } from "./setupApp.js";

const answers = (text: string) => [...says(text), ...ends()];

test("an event that is delivered twice is one message", async () => {
  const { t, mutation, settle, transcript } = setupApp();
  setScript([answers("Noted."), answers("Again?")]);
  const threadId = await mutation(internal.background.createThread, {});
  const body = JSON.stringify({ id: "evt_1", threadId, text: "Your order is on its way." });
  const deliver = () => t.fetch("/shipped", { method: "POST", body });
  expect((await deliver()).status).toBe(200);
  expect((await deliver()).status).toBe(200);
  await settle(threadId);
  expect(modelCalls).toHaveLength(1);
  expect(await transcript(threadId)).toEqual(["user: Your order is on its way.", "assistant: Noted."]);
});

test("a simpler answer is tried in a thread of its own", async () => {
  const { mutation, query, settle, transcript } = setupApp();
  setScript([answers("It is complicated."), answers("It is simple.")]);
  const threadId = await mutation(internal.background.createThread, { prompt: "Why?" });
  await settle(threadId);
  const [asked] = await query(internal.background.listMessages, { threadId });
  const forkId = await mutation(internal.simpler.explainSimply, { threadId, messageId: asked!.id });
  await settle(forkId);
  expect(await transcript(forkId)).toEqual([
    "user: Why?",
    "user: Explain it simply.",
    "assistant: It is simple.",
  ]);
  expect((await transcript(threadId)).at(-1)).toBe("assistant: It is complicated.");
});

test("a user who sends too often is refused for a while, and others are not", async () => {
  const { t, settle, advance } = setupApp();
  register(t);
  setScript(() => answers("Yes."));
  const [ann, bob] = ["ann", "bob"].map((subject) => t.withIdentity({ subject }));
  const threadId = await ann!.mutation(api.quota.createThread, { prompt: "One" });
  await ann!.mutation(api.quota.sendMessage, { threadId, prompt: "Two" });
  const third = () => ann!.mutation(api.quota.sendMessage, { threadId, prompt: "Three" });
  expect(await codeOf(third())).toBe("rate_limited");
  await bob!.mutation(api.quota.createThread, { prompt: "Hello" });
  await advance(10_000);
  await third();
  await settle(threadId);
  const messages = await ann!.query(api.quota.listMessages, { threadId });
  expect(messages.filter(({ role }) => role === "user")).toHaveLength(3);
});
