import { describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { rowCounts } from "../../support/inspect.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { sleep } from "../chance.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";

const MINUTE = 60_000;

const statusOf = async (app: Deployment, threadId: string) =>
  (await app.query(api.getThread, { threadId }))!.status;

/** Has the component's looks at threads fail, as a bug or a limit would: so many of them, those at one thread or at all. */
function failLooks(app: Deployment, { times = Infinity, at }: { times?: number; at?: string } = {}): void {
  let left = times;
  app.code.change("watchdog:look", (handler) => (ctx, args) => {
    const isMeant = at === undefined || (args as { threadId: string }).threadId === at;
    if (isMeant && left-- > 0) throw new Error("Too many documents read in a single function execution.");
    return handler(ctx, args);
  });
}

underEachProtocol(() => {
  describe("a watchdog whose looks fail", () => {
    test("is back as soon as they do not, and the turn goes on", async () => {
      const app = deploy();
      setScript([[...says("a b c d", 5_000), ...ends()]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(6_000);
      failLooks(app, { times: 4 });
      await app.scheduler.restart();
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect(modelCalls.length).toBe(2);
    });

    test("ends the turn after some tries, keeps what was shown, and says why", async () => {
      const app = deploy();
      setScript([[...says("a b c d", 5_000), ...ends()]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(6_000);
      failLooks(app);
      await app.scheduler.restart();
      await app.until(async () => (await statusOf(app, threadId)) === "failed");
      const thread = await app.query(api.getThread, { threadId });
      expect(thread!.error).toMatchObject({
        code: "recovery_failed",
        message: expect.stringContaining("Too many documents read") as string,
      });
      app.code.restore("watchdog:look");
      await app.settle(threadId);
      expect(await app.transcript(threadId)).toEqual(["user: Go", "assistant: a "]);
      await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    });
  });

  describe("the component's cron", () => {
    test("writes nothing when there is nothing to do", async () => {
      const app = deploy();
      setScript([[...says("Hello."), ...ends()]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.settle(threadId);
      let commits = 0;
      app.transactions.onCommit(() => (commits += 1));
      await app.advance(60 * MINUTE);
      expect(commits).toBe(0);
    });

    test("does what a watchdog should have done that is held up, because all slots are held", async () => {
      const app = deploy({ slots: 2 });
      setSyncTool();
      program.run = () => sleep(60 * MINUTE);
      callsTool("a");
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.until(async () => (await statusOf(app, threadId)) === "awaiting_tool_results");
      await app.advance(1_000);
      // The executor dies, and two long answers of other threads take the places of all that is scheduled.
      setScript([[...says("a b", 20 * MINUTE), ...ends()]]);
      app.scheduler.holdBack("watchdog:watch");
      await app.scheduler.restart();
      for (let i = 0; i < 2; i++) await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(7 * MINUTE);
      expect(await app.transcript(threadId)).toContainEqual(expect.stringContaining("output-error"));
    });

    test("goes on with the next thread where one cannot be looked at", async () => {
      const app = deploy();
      setScript([[...says("a b c d", 5_000), ...ends()]]);
      const [broken, other] = [
        await app.mutation(api.createThread, { prompt: "Go" }),
        await app.mutation(api.createThread, { prompt: "Go" }),
      ];
      await app.advance(6_000);
      failLooks(app, { at: broken });
      await app.scheduler.restoreWithoutJobs();
      expect(await app.settle(other)).toMatchObject({ status: "completed" });
      expect(await statusOf(app, broken)).toBe("streaming");
      app.code.restore("watchdog:look");
      expect(await app.settle(broken)).toMatchObject({ status: "completed" });
    });

    test("finishes a deletion and a cleanup whose jobs were lost", async () => {
      for (const end of ["stop", "delete"] as const) {
        const app = deploy();
        setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
        const threadId = await app.mutation(api.createThread, { prompt: "Go" });
        await app.until(async () => (await statusOf(app, threadId)) === "awaiting_tool_results");
        app.scheduler.holdBack(end === "stop" ? "cleanup:run" : "purge:run");
        await app.mutation(end === "stop" ? api.stopThread : api.deleteThread, { threadId });
        await app.scheduler.restoreWithoutJobs();
        app.scheduler.letGo();
        await app.advance(10 * MINUTE);
        if (end === "delete") expect(await rowCounts(app)).toEqual({});
        const pending = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
        expect(pending.filter((call) => call.pending)).toEqual([]);
      }
    });
  });
});
