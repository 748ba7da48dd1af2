import { describe, expect, test } from "vitest";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { pendingJobs, rowCounts } from "../../support/inspect.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { sleep } from "../chance.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";
import { seedsOf } from "../seeds.js";

const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);

/** A thread with very many tool calls, each of which takes a while. */
async function withCalls(app: Deployment, count: number, ms: number) {
  const begun = { count: 0 };
  setSyncTool();
  program.run = async () => {
    begun.count += 1;
    await sleep(ms);
    return "ok";
  };
  callsTool(...keysOf(count));
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => begun.count > 4);
  return { threadId, begun };
}

underEachProtocol(({ slice }) => {
  describe("a stop is a small transaction, whatever runs", () => {
    test("600 calls and a stop: none begins but those that were allowed to", async () => {
      const app = deploy({ slots: 64, functionSlots: 128 });
      const { threadId, begun } = await withCalls(app, 600, 300);
      let written = 0;
      app.transactions.onCommit((changes) => {
        const isStop = changes.some(({ after }) => after?.status === "stopped");
        if (isStop) written ||= changes.length;
      });
      await app.mutation(api.stopThread, { threadId });
      expect(written, "rows that the stop wrote").toBeLessThanOrEqual(6);
      const atStop = begun.count;
      // Whoever was allowed to begin before the stop is a hop away from it.
      await app.advance(15);
      const afterHop = begun.count;
      await app.advance(600_000);
      expect(begun.count).toBe(afterHop);
      expect(afterHop - atStop).toBeLessThanOrEqual(64);
      const rows = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
      expect(rows.length).toBe(600);
      expect(rows.filter(({ pending }) => pending)).toEqual([]);
      expect(await pendingJobs(app)).toEqual([]);
    }, 60_000);

    const ENDS: Record<string, (app: Deployment, threadId: string) => Promise<unknown>> = {
      stop: (app, threadId) => app.mutation(api.stopThread, { threadId }),
      interrupt: (app, threadId) =>
        app.mutation(api.sendMessage, { threadId, prompt: "Now", whileRunning: "interrupt" }),
      delete: (app, threadId) => app.mutation(api.deleteThread, { threadId }),
    };

    test.each(["stop", "interrupt", "delete"])(
      "250 calls on 64 slots: no %s is refused, whatever the seed",
      async (how) => {
        let refused = 0;
        for (const seed of seedsOf(slice > 0 ? 1 : 2)) {
          const app = deploy({ seed, slots: 64 });
          const { threadId } = await withCalls(app, 250, 60);
          await ENDS[how]!(app, threadId).catch(() => (refused += 1));
        }
        expect(refused).toBe(0);
      },
      120_000,
    );

    test("what a deleted thread had running is gone in the end", async () => {
      const app = deploy({ slots: 64 });
      const { threadId } = await withCalls(app, 300, 500);
      await app.mutation(api.deleteThread, { threadId });
      await app.advance(600_000);
      expect(await rowCounts(app)).toEqual({});
      expect(await pendingJobs(app)).toEqual([]);
    });
  });
});
