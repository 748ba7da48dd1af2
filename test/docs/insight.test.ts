import type { RecordedHistory } from "convex-durable-agents/machines";
import { expect, test } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { api } from "./app/convex/_generated/api.js";
import { followHistory, saveHistory } from "./app/src/history.js";
import { inWords } from "./app/src/inWords.js";
import { setupApp } from "./setupApp.js";

test("a thread that fails leaves an alert, in the transaction in which it fails", async () => {
  const { mutation, settle, rows } = setupApp();
  setScript([[{ throw: new Error("No idea") }]]);
  const threadId = await mutation(api.alerts.createThread, { prompt: "Go" });
  await settle(threadId);
  expect(await rows("alerts")).toMatchObject([{ threadId, reason: "No idea" }]);
});

test("a thread says in words what it waits for", async () => {
  const { mutation, query, until, settle } = setupApp();
  setScript([[{ throw: new TypeError("fetch failed") }], [...says("Hello."), ...ends()]]);
  const threadId = await mutation(api.alerts.createThread, { prompt: "Go" });
  const now = async () => (await query(api.alerts.explainThread, { threadId }))!;
  await until(async () => (await now()).state === "running.backoff");
  expect(inWords(await now())).toMatch(
    /^running.backoff: waits for the next attempt until \S+Z at the latest, after: fetch failed$/,
  );
  await settle(threadId);
  expect(inWords(await now())).toBe("settled.completed: waits for its user");
  expect(await query(api.alerts.getUsage, { threadId })).toMatchObject({
    thread: { tokens: { total: 15 } },
  });
});

test("a saved history leads through the installed machine, and another one does not", async () => {
  const { t, settle } = setupApp();
  setScript([[...says("Hello."), ...ends()]]);
  const ann = t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "Hi" });
  await settle(threadId);
  const saved = JSON.parse(await saveHistory(ann as never, threadId)) as RecordedHistory;
  followHistory(saved);
  const events = saved.events.slice(1);
  expect(() => followHistory({ ...saved, events })).toThrow(/ leads to .*, and led to settled\.completed\.$/);
});

test("support reads the threads of all users, and other users do not", async () => {
  const { t, settle } = setupApp();
  setScript([[...says("Hello."), ...ends()]]);
  const [ann, bob] = ["ann", "bob"].map((subject) => t.withIdentity({ subject }));
  const sue = t.withIdentity({ subject: "sue", role: "support" });
  const threadId = await ann!.mutation(api.chat.createThread, { prompt: "Hi" });
  await settle(threadId);
  expect(await sue.query(api.support.listThreads, { allOwners: true })).toMatchObject([{ _id: threadId }]);
  expect(await sue.query(api.support.explainThread, { threadId })).toMatchObject({ status: "completed" });
  expect(await bob!.query(api.support.explainThread, { threadId })).toBeNull();
});
