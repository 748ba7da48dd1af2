import { anyApi, type ApiFromModules } from "convex/server";
import { expect, test, vi } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { setup } from "../support/harness.js";
import * as threads from "./threads.js";

const app = (anyApi as unknown as ApiFromModules<{ threads: typeof threads }>).threads;

const start = () => {
  setScript([[...says("Hello."), ...ends()]]);
  return setup({ modules: { "./app/threads.ts": () => Promise.resolve(threads) } });
};

test("each person has their own threads, with what was begun for them", async () => {
  const { t, mutation, advance } = start();
  const [anna, bert] = ["anna", "bert"].map((subject) => t.withIdentity({ subject }));
  const threadId = await mutation(app.welcome, { subject: "anna" });
  await advance(10_000);
  expect(await anna!.query(app.listThreads, {})).toMatchObject([
    { _id: threadId, status: "completed", metadata: { kind: "welcome" } },
  ]);
  expect(await bert!.query(app.listThreads, {})).toEqual([]);
  expect(await bert!.query(app.getThread, { threadId })).toBeNull();
});

test("the cron sweeps old threads", async () => {
  const { t, mutation } = start();
  const anna = t.withIdentity({ subject: "anna" });
  await anna.mutation(app.createThread, { title: "Old" });
  vi.setSystemTime(Date.now() + 31 * 24 * 3_600_000);
  const scheduled = Object.values(threads.schedule().crons);
  expect(scheduled).toMatchObject([{ name: "threads:sweepThreads", args: [{}] }]);
  await mutation(app.sweepThreads, {});
  expect(await anna.query(app.listThreads, {})).toEqual([]);
  expect(await anna.query(app.listThreads, { archived: true })).toMatchObject([{ title: "Old" }]);
});
