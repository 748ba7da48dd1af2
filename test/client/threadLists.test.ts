import { beforeEach, expect, test, vi } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { api, ownedApi, setup, type App } from "../support/harness.js";
import { codeOf, rowCounts } from "../support/inspect.js";

beforeEach(() => setScript([[...says("Hello."), ...ends()]]));

const later = (ms = 1_000) => vi.setSystemTime(Date.now() + ms);

/** Threads created one after another, newest last. */
async function createThreads(app: App, count: number): Promise<string[]> {
  const threads: string[] = [];
  for (let i = 0; i < count; i++) {
    threads.push(await app.mutation(api.createThread, {}));
    later();
  }
  return threads;
}

type Filter = Parameters<typeof list>[1];
const list = async (
  app: App,
  args: { limit?: number; status?: "completed" | "failed"; archived?: boolean } = {},
) => (await app.query(api.listThreads, args)).map(({ _id }) => _id);

/** One page, as Convex's hooks ask for it. */
async function page(app: App, cursor: string | null, endCursor?: string, args: Filter = {}) {
  const paginationOpts = { numItems: 3, cursor, endCursor };
  const { page: threads, ...rest } = await app.query(api.paginateThreads, { ...args, paginationOpts });
  return { ids: threads.map(({ _id }) => _id), ...rest };
}

/** All pages, first to last. */
async function pages(app: App, args: Filter = {}): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | null = null;
  for (;;) {
    const { ids, isDone, continueCursor } = await page(app, cursor, undefined, args);
    found.push(ids);
    if (isDone) return found;
    cursor = continueCursor;
  }
}

test("threads are listed with the most recently active first, up to the limit", async () => {
  const app = setup();
  const [a, b, c] = await createThreads(app, 3);
  expect(await list(app)).toEqual([c, b, a]);
  await app.mutation(api.sendMessage, { threadId: a!, prompt: "Hi" });
  await app.settle(a!);
  expect(await list(app)).toEqual([a, c, b]);
  expect(await list(app, { limit: 2 })).toEqual([a, c]);
});

test("threads that were created at the same time are each listed once", async () => {
  const app = setup();
  const threads: string[] = [];
  for (let i = 0; i < 8; i++) threads.push(await app.mutation(api.createThread, {}));
  const found = await pages(app);
  expect(found.map(({ length }) => length)).toEqual([3, 3, 2]);
  expect(new Set(found.flat())).toEqual(new Set(threads));
});

test("a list has the threads of one status", async () => {
  const app = setup();
  const [a, b, c] = await createThreads(app, 3);
  setScript([[{ throw: new Error("No such model") }]]);
  await app.mutation(api.sendMessage, { threadId: b!, prompt: "Hi" });
  await app.settle(b!);
  expect(await list(app, { status: "failed" })).toEqual([b]);
  expect(await list(app, { status: "completed" })).toEqual([c, a]);
  expect(await pages(app, { status: "completed" })).toEqual([[c, a]]);
});

test("an archived thread is in the list of archived ones alone, until its next turn", async () => {
  const app = setup();
  const [a, b] = await createThreads(app, 2);
  await app.mutation(api.updateThread, { threadId: a!, archived: true });
  expect(await list(app)).toEqual([b]);
  expect(await list(app, { archived: true })).toEqual([a]);
  expect(await list(app, { archived: true, status: "failed" })).toEqual([]);
  expect(await app.query(api.getThread, { threadId: a! })).toMatchObject({ archived: true });
  await app.mutation(api.updateThread, { threadId: a!, archived: false });
  expect(await list(app)).toEqual([b, a]);
  await app.mutation(api.updateThread, { threadId: a!, archived: true });
  later();
  await app.mutation(api.sendMessage, { threadId: a!, prompt: "Hi" });
  expect(await app.settle(a!)).not.toHaveProperty("archived");
  expect(await list(app)).toEqual([a, b]);
});

test("a thread that is deleted is in no list at once", async () => {
  const app = setup();
  const [a, b] = await createThreads(app, 2);
  await app.mutation(api.updateThread, { threadId: b!, archived: true });
  await app.mutation(api.deleteThread, { threadId: a! });
  await app.mutation(api.deleteThread, { threadId: b! });
  expect([await list(app), await list(app, { archived: true }), await pages(app)]).toEqual([[], [], [[]]]);
});

test("a page stays contiguous while threads are added before it, deleted from it and become active", async () => {
  const app = setup();
  const [a, b, c, d, e, f, g] = await createThreads(app, 7);
  const first = await page(app, null);
  const second = await page(app, first.continueCursor);
  expect([first.ids, second.ids]).toEqual([
    [g, f, e],
    [d, c, b],
  ]);
  const [h] = await createThreads(app, 1);
  await app.mutation(api.deleteThread, { threadId: f! });
  await app.mutation(api.sendMessage, { threadId: c!, prompt: "Hi" });
  await app.settle(c!);
  const again = [
    await page(app, null, first.continueCursor),
    await page(app, first.continueCursor, second.continueCursor),
    await page(app, second.continueCursor),
  ];
  expect(again.map(({ ids }) => ids)).toEqual([[c, h, g, e], [d, b], [a]]);
  expect(again.map(({ isDone }) => isDone)).toEqual([false, false, true]);
  const last = await page(app, second.continueCursor, again[2]!.continueCursor);
  expect(last).toMatchObject({ ids: [a], isDone: true });
  expect(await page(app, last.continueCursor)).toMatchObject({ ids: [], isDone: true });
});

test("a page that has grown beyond what a query reads has a cursor at which to split it", async () => {
  const app = setup();
  const [oldest] = await createThreads(app, 1);
  const { continueCursor } = await page(app, null);
  await app.inComponent(async ({ db }) => {
    const { _id, _creationTime, ...row } = (await db.query("threads").first())!;
    for (let i = 1; i <= 600; i++) await db.insert("threads", { ...row, activeAt: row.activeAt! + i });
  });
  const grown = await page(app, null, continueCursor);
  expect(grown).toMatchObject({ pageStatus: "SplitRequired", isDone: false, continueCursor });
  const halves = [
    await page(app, null, grown.splitCursor),
    await page(app, grown.splitCursor!, grown.continueCursor),
  ];
  expect(halves.map(({ ids }) => ids.length)).toEqual([251, 350]);
  expect(halves[1]!.ids.at(-1)).toBe(oldest);
  expect(await list(app, { limit: 1_000 })).toHaveLength(500);
});

test.each(["", "nonsense", "1", ":", "1:x"])("%j is not a cursor of a list", async (cursor) => {
  const app = setup();
  const opts = { numItems: 3, cursor };
  const answer = app.query(api.paginateThreads, { paginationOpts: opts });
  expect(await codeOf(answer)).toBe("invalid_cursor");
  await expect(app.query(api.paginateThreads, { paginationOpts: opts })).rejects.toThrow("InvalidCursor");
});

test("a thread's title and metadata are returned, changed and removed", async () => {
  const app = setup();
  const metadata = { project: "x", tags: ["a"] };
  const threadId = await app.mutation(api.createThread, { title: "Rome", metadata });
  const get = () => app.query(api.getThread, { threadId });
  expect(await get()).toMatchObject({ title: "Rome", metadata });
  expect(await app.query(api.listThreads, {})).toMatchObject([{ title: "Rome", metadata }]);
  await app.mutation(api.updateThread, { threadId, title: "Oslo" });
  expect(await get()).toMatchObject({ title: "Oslo", metadata });
  await app.mutation(api.updateThread, { threadId, metadata: { project: "y" } });
  expect(await get()).toMatchObject({ title: "Oslo", metadata: { project: "y" } });
  await app.mutation(api.updateThread, { threadId, title: null });
  expect(await get()).not.toHaveProperty("title");
  await app.mutation(api.updateThread, { threadId, metadata: null });
  expect(await get()).not.toHaveProperty("metadata");
  expect(await rowCounts(app)).toEqual({ threads: 1 });
});

test("a thread's title and metadata are deleted with it", async () => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, { title: "Rome" });
  await app.mutation(api.deleteThread, { threadId });
  await app.advance(10_000);
  expect(await rowCounts(app)).toEqual({});
});

/** An object with so many levels. */
const deep = (levels: number): Record<string, unknown> => ({ a: levels > 1 ? deep(levels - 1) : 1 });

test.each([
  ["an empty title", { title: "" }, "invalid_title"],
  ["a title of spaces", { title: " \n" }, "invalid_title"],
  ["a long title", { title: "x".repeat(201) }, "invalid_title"],
  ["large metadata", { metadata: { text: "x".repeat(9_000) } }, "metadata_too_large"],
  ["deep metadata", { metadata: deep(11) }, "metadata_too_large"],
])("%s is refused, and nothing is written", async (_name, change, code) => {
  const app = setup();
  expect(await codeOf(app.mutation(api.createThread, change))).toBe(code);
  expect(await rowCounts(app)).toEqual({});
  const threadId = await app.mutation(api.createThread, { title: "Rome" });
  expect(await codeOf(app.mutation(api.updateThread, { threadId, archived: true, ...change }))).toBe(code);
  const thread = await app.query(api.getThread, { threadId });
  expect(thread).toMatchObject({ title: "Rome" });
  expect(thread).not.toHaveProperty("archived");
});

test("a title of the maximum length is stored, and an owner's list can be filtered by status", async () => {
  const app = setup();
  const anna = app.t.withIdentity({ subject: "anna" });
  await anna.mutation(ownedApi.createThread, { title: "x".repeat(200) });
  expect(await anna.query(ownedApi.listThreads, { status: "completed" })).toHaveLength(1);
  expect(await anna.query(ownedApi.listThreads, { status: "failed" })).toEqual([]);
});
