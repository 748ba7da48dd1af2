import { anyApi, type ApiFromModules } from "convex/server";
import { createRetention } from "convex-durable-agents";
import { beforeEach, expect, test, vi } from "vitest";
import { component } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import * as retention from "../support/app/retention.js";
import { sideEffects } from "../support/app/tools.js";
import { api, ownedApi, setup, type App } from "../support/harness.js";
import { rowCounts } from "../support/inspect.js";

const { sweepThreads, sweepFailed } = (anyApi as unknown as ApiFromModules<{ retention: typeof retention }>)
  .retention;
const { DAY_MS } = retention;

const start = () => setup({ modules: { "./app/retention.ts": () => Promise.resolve(retention) } });

const daysPass = (days: number) => vi.setSystemTime(Date.now() + days * DAY_MS);

const list = async (app: App, archived = false) =>
  (await app.query(api.listThreads, { archived, limit: 500 })).map(({ _id }) => _id);

/** Copies of a thread's row, so many that a sweep takes several batches. */
const insertCopies = ({ inComponent }: App, count: number) =>
  inComponent(async ({ db }) => {
    const { _id, _creationTime, ...row } = (await db.query("threads").first())!;
    for (let i = 0; i < count; i++) await db.insert("threads", row);
  });

beforeEach(() => setScript([[...says("Hello."), ...ends()]]));

test("threads are archived, and later deleted with all they have, by the age of their last turn", async () => {
  const app = start();
  const old = await app.t.withIdentity({ subject: "anna" }).mutation(ownedApi.createThread, { title: "Old" });
  const active = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(active);
  daysPass(31);
  const fresh = await app.mutation(api.createThread, { prompt: "Hi" });
  daysPass(0.01);
  await app.mutation(api.sendMessage, { threadId: active, prompt: "Hi" });
  await app.settle(active);

  await app.mutation(sweepThreads, {});
  expect([await list(app), await list(app, true)]).toEqual([[active, fresh], [old]]);
  daysPass(60);
  await app.mutation(sweepThreads, {});
  await app.advance(10_000);
  expect([await list(app), await list(app, true)]).toEqual([[], [active, fresh]]);
  daysPass(30);
  await app.mutation(sweepThreads, {});
  await app.advance(10_000);
  expect(await rowCounts(app)).toEqual({});
});

test("a running thread is never swept, however old its turn is", async () => {
  setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
  const app = start();
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length === 1);
  daysPass(365);
  await app.mutation(sweepThreads, {});
  expect(await list(app)).toEqual([threadId]);
});

test("only threads with the given statuses are swept", async () => {
  const app = start();
  const kept = await app.mutation(api.createThread, {});
  setScript([[{ throw: new Error("No such model") }]]);
  await app.settle(await app.mutation(api.createThread, { prompt: "Hi" }));
  daysPass(2);
  await app.mutation(sweepFailed, {});
  expect(await list(app)).toEqual([kept]);
});

test.each([
  ["archived", 31, { threads: 301 }],
  ["deleted", 91, {}],
])("300 threads are %s in batches, and no thread is left over", async (_what, days, left) => {
  const app = start();
  await app.mutation(api.createThread, {});
  await insertCopies(app, 300);
  daysPass(days);
  await app.mutation(sweepThreads, {});
  expect((await list(app)).length, "the first call does one batch").toBe(51);
  await app.advance(60_000);
  expect(await list(app)).toEqual([]);
  expect(await rowCounts(app)).toEqual(left);
});

test("a sweep that is lost between two batches is completed by the next one", async () => {
  const app = start();
  await app.mutation(api.createThread, {});
  await insertCopies(app, 300);
  daysPass(91);
  await app.mutation(sweepThreads, {});
  await app.inComponent(async ({ db, scheduler }) => {
    const jobs = await db.system.query("_scheduled_functions").collect();
    for (const { _id, name } of jobs) if (name.startsWith("retention")) await scheduler.cancel(_id);
  });
  await app.advance(60_000);
  expect(await rowCounts(app)).toEqual({ threads: 51 });
  await app.mutation(sweepThreads, {});
  await app.advance(60_000);
  expect(await rowCounts(app)).toEqual({});
});

test.each([
  {},
  { deleteAfterMs: 0 },
  { archiveAfterMs: -1 },
  { deleteAfterMs: NaN },
  { deleteAfterMs: Infinity },
])("%j is no retention", (options) => {
  expect(() => createRetention(component, options)).toThrow("invalid_retention");
});
