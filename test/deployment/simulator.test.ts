import { describe, expect, test } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { api } from "../support/harness.js";
import { pendingJobs } from "../support/inspect.js";
import { callsTool, setSyncTool } from "../support/tool.js";
import { deploy } from "./deployment.js";
import { underEachProtocol } from "./protocols.js";
import { isStale, type Change, type Read, type Row } from "./reads.js";

const hello = () => setScript([[...says("Hello there.", 50), ...ends()]]);

describe("transactions", () => {
  test("overlapping writers conflict, and are tried again until each has its turn", async () => {
    const app = deploy();
    const threadId = await app.mutation(api.createThread, {});
    const { conflicts } = app.transactions.counts;
    const titles = ["a", "b", "c"].map((title) => app.call(api.updateThread, { threadId, title }));
    await app.drive(Promise.all(titles));
    expect(app.transactions.counts.conflicts).toBeGreaterThan(conflicts);
    expect(app.transactions.counts.refused).toBe(0);
  });

  test("disjoint writers do not", async () => {
    const app = deploy();
    const threads: string[] = [];
    for (let i = 0; i < 4; i++) threads.push(await app.mutation(api.createThread, {}));
    const before = app.transactions.counts.conflicts;
    await app.drive(
      Promise.all(threads.map((threadId) => app.call(api.updateThread, { threadId, metadata: { a: 1 } }))),
    );
    expect(app.transactions.counts.conflicts).toBe(before);
  });

  test("what two clients create with one key at a time is one thread", async () => {
    const app = deploy();
    const ids = await app.drive(Promise.all([1, 2, 3].map(() => app.call(api.createThread, { key: "k" }))));
    expect(new Set(ids).size).toBe(1);
  });

  test("a mutation is refused after five tries, and the error names the table", async () => {
    const app = deploy();
    const threadId = await app.mutation(api.createThread, {});
    const calls = Array.from({ length: 40 }, (_, i) =>
      app.call(api.updateThread, { threadId, title: `title ${i}` }).then(
        () => null,
        (error: Error) => error.message,
      ),
    );
    const refused = (await app.drive(Promise.all(calls))).filter((message) => message !== null);
    expect(refused.length).toBe(app.transactions.counts.refused);
    expect(refused[0]).toMatch(
      /^Documents read from or written to the "\w+" table changed while this mutation/,
    );
  });

  test("a creation time is that of the begin, not of the commit", async () => {
    const app = deploy();
    const threadId = await app.mutation(api.createThread, {});
    const before = Date.now();
    await app.mutation(api.addMessage, { threadId, role: "user", prompt: "one" });
    const [message] = await app.query(api.listMessages, { threadId });
    expect(message!._creationTime - before).toBeLessThan(3);
    expect(Date.now() - before).toBeGreaterThanOrEqual(3);
  });
});

describe("what a query has read", () => {
  const row = (n: number): Row => ({ _id: `${n}`, _creationTime: n, n });
  const change = (before: Row | null, after: Row | null): Change => ({
    componentPath: "",
    table: "rows",
    id: (before ?? after)!._id,
    before,
    after,
  });
  const interval = (last: number | null, isWhole = false, order: 1 | -1 = 1): Read => ({
    type: "interval",
    componentPath: "",
    table: "rows",
    range: [{ type: "Gte", fieldPath: "n", value: 10 }],
    fields: ["n", "_creationTime", "_id"],
    order,
    last: last === null ? null : row(last),
    isWhole,
  });

  test.each([
    ["the first row: what comes before it", interval(20), change(null, row(15)), true],
    ["the first row: itself", interval(20), change(row(20), null), true],
    ["the first row: what comes behind it", interval(20), change(null, row(25)), false],
    ["the first row: what is outside of the range", interval(20), change(null, row(5)), false],
    ["the last row: what comes behind it", interval(20, false, -1), change(null, row(25)), true],
    ["the last row: what comes before it", interval(20, false, -1), change(null, row(15)), false],
    ["nothing in the whole range: whatever comes into it", interval(null, true), change(null, row(99)), true],
    ["a row that moves out", interval(20), change(row(12), row(5)), true],
    ["another table", interval(20), { ...change(null, row(15)), table: "others" }, false],
    ["another component", interval(20), { ...change(null, row(15)), componentPath: "c" }, false],
  ])("%s", (_what, read, changed, expected) => {
    expect(isStale(read, changed)).toBe(expected);
  });
});

underEachProtocol(() => {
  describe("the scheduler", () => {
    test("a thread runs a turn, and leaves its jobs' records", async () => {
      const app = deploy();
      hello();
      const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: Hello there."]);
      const jobs = await app.inComponent((ctx) => ctx.db.system.query("_scheduled_functions").collect());
      expect(jobs.map(({ name, state }) => [name.split(";").at(-1), state.kind])).toContainEqual([
        "agent:handler",
        "success",
      ]);
    });

    test("so many run at a time as there are places, the others wait in the order of their due times", async () => {
      const app = deploy({ slots: 2 });
      setScript([[...says("a b c d e", 1_000), ...ends()]]);
      const threads = await app.drive(
        Promise.all([1, 2, 3, 4].map(() => app.call(api.createThread, { prompt: "Go" }))),
      );
      for (const threadId of threads) await app.settle(threadId);
      expect(app.scheduler.longestWaitMs).toBeGreaterThan(4_000);
    });

    test("a restart fails what is in progress and keeps what waits", async () => {
      const app = deploy();
      setScript([[...says("a b c d e", 1_000), ...ends()]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(1_500);
      await app.scheduler.restart();
      expect(await pendingJobs(app)).toEqual(["watchdog:watch"]);
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    });

    test("after a restore there are no jobs", async () => {
      const app = deploy();
      setScript([[...says("a b c d e", 1_000), ...ends()]]);
      await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(1_500);
      await app.scheduler.restoreWithoutJobs();
      expect(await pendingJobs(app)).toEqual([]);
    });

    test("a seed repeats a run exactly", async () => {
      const run = async () => {
        const app = deploy({ seed: 7 });
        const from = Date.now();
        setSyncTool();
        callsTool(...Array.from({ length: 12 }, (_, i) => `k${i}`));
        const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
        await app.settle(threadId);
        return { counts: app.transactions.counts, ms: Date.now() - from };
      };
      expect(await run()).toEqual(await run());
    });
  });
});
