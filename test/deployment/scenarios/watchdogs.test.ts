import { describe, expect, test } from "vitest";
import { calls, ends, says, setScript } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { rowCounts } from "../../support/inspect.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";
import { seedsOf } from "../seeds.js";
import { isSettled, startTurn, turnsWith } from "../turns.js";

const HOUR = 3_600_000;

underEachProtocol(({ slice }) => {
  const turns = turnsWith(slice);
  const fates = turns.flatMap((name) =>
    (["lost", "canceled", "stuck"] as const).map((how) => [name, how] as const),
  );

  describe("whatever is scheduled may be lost, cancelled or stuck, and the thread settles all the same", () => {
    test.each(fates)("%s: %s", async (name, how) => {
      const app = deploy();
      const threadId = await startTurn(app, name);
      await app.scheduler.tamper((job) => job.name.endsWith(name), how);
      app.scheduler.letGo();
      await app.advance(3 * HOUR, () => isSettled(app, threadId));
      expect(await isSettled(app, threadId)).toBe(true);
    });

    test.each(turns)("%s, and the watchdog with it", async (name) => {
      const app = deploy();
      const threadId = await startTurn(app, name);
      await app.scheduler.tamper(() => true, "lost");
      app.scheduler.letGo();
      await app.advance(HOUR, () => isSettled(app, threadId));
      expect(await isSettled(app, threadId)).toBe(true);
    });
  });
});

describe("a deletion, an edit and a fork are finished, whatever becomes of their batches", () => {
  const longThread = (app: Deployment) =>
    app.mutation(api.createThread, {
      messages: Array.from({ length: 400 }, (_, i) => ({
        role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
        prompt: `message ${i}`,
      })),
    });

  test("purge:run", async () => {
    const app = deploy();
    const threadId = await longThread(app);
    app.scheduler.holdBack("purge:run");
    await app.mutation(api.deleteThread, { threadId });
    expect(await app.scheduler.tamper(({ name }) => name === "purge:run", "canceled")).toBe(1);
    app.scheduler.letGo();
    await app.advance(HOUR);
    expect(await rowCounts(app)).toEqual({});
  });

  test("historyBatches:next, of an edit", async () => {
    const app = deploy();
    setScript([[...says("Again."), ...ends()]]);
    const threadId = await longThread(app);
    const [first] = await app.query(api.listMessages, { threadId, limit: 500 });
    app.scheduler.holdBack("historyBatches:next");
    await app.mutation(api.regenerate, { threadId, messageId: first!.id });
    expect(await app.scheduler.tamper(({ name }) => name === "historyBatches:next", "lost")).toBe(1);
    app.scheduler.letGo();
    await app.advance(HOUR, () => isSettled(app, threadId));
    expect(await app.transcript(threadId)).toEqual(["user: message 0", "assistant: Again."]);
  });

  test("historyBatches:next, of a fork", async () => {
    const app = deploy();
    const threadId = await longThread(app);
    app.scheduler.holdBack("historyBatches:next");
    const fork = await app.mutation(api.forkThread, { threadId });
    expect(await app.scheduler.tamper(({ name }) => name === "historyBatches:next", "lost")).toBe(1);
    app.scheduler.letGo();
    await app.advance(HOUR, () => isSettled(app, fork));
    const messages = await app.query(api.listMessages, { threadId: fork, limit: 500 });
    expect(messages.length).toBe(400);
  });
});

underEachProtocol(() => {
  test("a backup that is restored at a random moment wedges nobody", async () => {
    let settled = 0;
    const seeds = seedsOf(8);
    for (const seed of seeds) {
      // Spread over the turn, whatever their number.
      const moment = 20 + Math.round((2_700 * (seed - 1)) / seeds.length);
      const app = deploy({ seed });
      setScript((prompt) =>
        prompt.at(-1)!.role === "tool"
          ? [...says("Done and done.", 200), ...ends()]
          : [...says("Let me see.", 100), ...calls("record_again", { key: "a" }, "1"), ...ends("tool-calls")],
      );
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(moment);
      await app.scheduler.restoreWithoutJobs();
      await app.advance(HOUR, () => isSettled(app, threadId));
      if (await isSettled(app, threadId)) settled += 1;
    }
    console.log(`restored at ${seeds.length} moments: ${settled} threads settled`);
    expect(settled).toBe(seeds.length);
  }, 60_000);
});
