import { expect, test, vi } from "vitest";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { api, internal } from "./app/convex/_generated/api.js";
import crons from "./app/convex/crons.js";
import { setupApp } from "./setupApp.js";

const start = () => {
  setScript([[...says("Hello."), ...ends()]]);
  return setupApp();
};

test("each person has their own threads, with what was begun for them", async () => {
  const { t, mutation, advance } = start();
  const [anna, bert] = ["anna", "bert"].map((subject) => t.withIdentity({ subject }));
  const threadId = await mutation(internal.welcome.welcome, { subject: "anna" });
  await advance(10_000);
  expect(await anna!.query(api.chat.listThreads, {})).toMatchObject([
    { _id: threadId, status: "completed", metadata: { kind: "welcome" } },
  ]);
  expect(await bert!.query(api.chat.listThreads, {})).toEqual([]);
  expect(await bert!.query(api.chat.getThread, { threadId })).toBeNull();
});

test("the people of a team share its threads, and the model reads who asks", async () => {
  const { t, settle } = start();
  const [anna, bert] = ["anna", "bert"].map((subject) => t.withIdentity({ subject, team: "red" }));
  const carl = t.withIdentity({ subject: "carl", team: "blue" });
  const threadId = await anna!.mutation(api.team.createThread, { metadata: { plan: "free" } });
  await bert!.mutation(api.team.sendMessage, { threadId, prompt: "Hi" });
  await settle(threadId);
  const content = "You help bert of the team red, on the plan free.";
  expect(modelCalls[0]).toMatchObject({
    prompt: [{ role: "system", content }, {}],
    headers: { "x-turn": "1" },
  });
  expect(await anna!.query(api.team.listMessages, { threadId })).toHaveLength(2);
  expect(await carl.query(api.team.listThreads, {})).toEqual([]);
});

test("the cron sweeps old threads", async () => {
  const { t, mutation } = start();
  const anna = t.withIdentity({ subject: "anna" });
  await anna.mutation(api.chat.createThread, { title: "Old" });
  vi.setSystemTime(Date.now() + 31 * 24 * 3_600_000);
  expect(Object.values(crons.crons)).toMatchObject([{ name: "retention:sweepThreads", args: [{}] }]);
  await mutation(internal.retention.sweepThreads, {});
  expect(await anna.query(api.chat.listThreads, {})).toEqual([]);
  expect(await anna.query(api.chat.listThreads, { archived: true })).toMatchObject([{ title: "Old" }]);
});
