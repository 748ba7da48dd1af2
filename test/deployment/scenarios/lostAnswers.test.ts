import { describe, expect, test } from "vitest";
import { overrides, defaultOptions } from "../../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { sideEffects } from "../../support/app/tools.js";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { takesAll } from "../../support/sample.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { first, type Call, type Fault } from "../actions.js";
import { sleep } from "../chance.js";
import { deploy, type Deployment } from "../deployment.js";
import { reportsOutcomes, underEachProtocol } from "../protocols.js";

const ofHandler =
  (kind: Call["kind"]) =>
  (call: Call): boolean =>
    call.by === "agent:handler" && call.kind === kind;

const faultedIn = (app: Deployment): number => app.actions.faulted.length;

const reportsOf = (app: Deployment): number => app.actions.calls.filter(reportsOutcomes).length;

const filesOf = (app: Deployment) => app.inComponent((ctx) => ctx.db.system.query("_storage").collect());

/** A thread whose tool takes so long and has a result that is stored as a file. */
async function largeResult(app: Deployment, ms: number): Promise<string> {
  setSyncTool({ storeLargeResults: true });
  program.run = () => sleep(ms).then(() => "x".repeat(300_000));
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await app.query(api.getThread, { threadId }))!.status !== "streaming");
  await app.advance(1_000);
  return threadId;
}

const FAILS: Fault = { type: "fails" };
const ANSWER_LOST: Fault = { type: "answer lost" };

const oneTool = () =>
  setScript([
    [...calls("record", { key: "a" }, "1"), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);

async function runTurn(app: Deployment) {
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  return { threadId, status: thread?.status, transcript: await app.transcript(threadId) };
}

const DONE = ["user: Go", 'tool-record output-available {"recorded":"a"}', "assistant: Done."];

/** How many calls end at a time. */
const COUNTS = takesAll ? [100, 300] : [100];

underEachProtocol(({ reportsTo }) => {
  describe("no finished work is lost", () => {
    test.each([
      ["fails once", 1, FAILS],
      ["fails five times", 5, FAILS],
      ["is stored and its answer lost", 1, ANSWER_LOST],
      ["is stored twice and its answers lost", 2, ANSWER_LOST],
    ])("a tool's report that %s is repeated", async (_how, count, fault) => {
      const app = deploy({ faults: first(count, reportsOutcomes, fault) });
      oneTool();
      expect(await runTurn(app)).toMatchObject({ status: "completed", transcript: DONE });
      await app.advance(10_000);
      expect(app.actions.faulted.map(({ to }) => to)).toEqual(Array(count).fill(reportsTo));
      expect({ modelCalls: modelCalls.length, sideEffects }).toEqual({ modelCalls: 2, sideEffects: ["a"] });
    });

    test.each([
      ["fails once", 1, FAILS],
      ["fails five times", 5, FAILS],
      ["is answered and its answer lost", 2, ANSWER_LOST],
    ])("an executor's question which calls are wanted that %s is repeated", async (_how, count, fault) => {
      const app = deploy({ faults: first(count, ({ to }) => to === "toolEvents:begin", fault) });
      setSyncTool({ ownAction: true });
      program.run = () => void sideEffects.push("a");
      callsTool("a");
      expect(await runTurn(app)).toMatchObject({ status: "completed" });
      expect(faultedIn(app)).toBe(count);
      expect(sideEffects).toEqual(["a"]);
    });

    test.each([
      ["fail once", 1, FAILS],
      ["fail five times in a row", 5, FAILS],
      ["are done and their answers lost", 3, ANSWER_LOST],
    ])("a turn whose handler's calls %s costs no further model call", async (_how, count, fault) => {
      const app = deploy({ faults: first(count, ofHandler("runMutation"), fault) });
      oneTool();
      expect(await runTurn(app)).toMatchObject({ status: "completed", transcript: DONE });
      expect(faultedIn(app)).toBe(count);
      expect(modelCalls.length).toBe(2);
      expect(sideEffects).toEqual(["a"]);
    });

    test.each([
      ["fails for a minute", FAILS],
      ["is done and its answer lost", ANSWER_LOST],
    ])("a commit that %s is repeated while the lease is kept, and told once", async (_how, fault) => {
      const until = { ms: 0 };
      let lost = 0;
      const isCommit = ({ by, args }: Call) => by === "agent:handler" && "parts" in args;
      const app = deploy({
        faults: (call) => {
          if (!isCommit(call)) return null;
          if (fault === ANSWER_LOST) return lost++ === 0 ? fault : null;
          until.ms ||= Date.now() + 60_000;
          return Date.now() < until.ms ? fault : null;
        },
      });
      setScript([[...says("Hello."), ...ends()]]);
      const told: string[] = [];
      overrides.options = {
        ...defaultOptions,
        onStepFinish: () => void told.push("step"),
        onTurnComplete: () => void told.push("turn"),
        onRetry: () => void told.push("retry"),
      };
      const { status, transcript } = await runTurn(app);
      expect({ status, transcript }).toEqual({
        status: "completed",
        transcript: ["user: Go", "assistant: Hello."],
      });
      expect(modelCalls.length).toBe(1);
      expect(faultedIn(app)).toBeGreaterThan(0);
      await app.advance(10_000);
      expect(told).toEqual(["step", "turn"]);
    });

    test("a large result that came too late, and whose report is repeated, is deleted once", async () => {
      const app = deploy({ faults: first(1, reportsOutcomes, ANSWER_LOST) });
      const threadId = await largeResult(app, 5_000);
      await app.mutation(api.deleteThread, { threadId });
      await app.advance(60_000);
      expect(reportsOf(app)).toBe(2);
      expect(await filesOf(app)).toEqual([]);
    });

    test("one whose report is repeated after its thread was forked and deleted stays in the fork", async () => {
      const app = deploy({ faults: first(6, reportsOutcomes, ANSWER_LOST) });
      const threadId = await largeResult(app, 0);
      await app.settle(threadId);
      await app.mutation(api.forkThread, { threadId });
      await app.mutation(api.deleteThread, { threadId });
      await app.advance(60_000);
      expect(reportsOf(app)).toBe(7);
      expect(await filesOf(app)).toHaveLength(1);
    });

    test("a history that fails to load a page is loaded all the same", async () => {
      const app = deploy({ faults: first(3, ofHandler("runQuery"), FAILS) });
      setScript([[...says("Hello."), ...ends()]]);
      const messages = Array.from({ length: 150 }, (_, i) => ({
        role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
        prompt: `message ${i}`,
      }));
      const threadId = await app.mutation(api.createThread, { messages, prompt: "Go" });
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect({ faulted: faultedIn(app), modelCalls: modelCalls.length }).toEqual({
        faulted: 3,
        modelCalls: 1,
      });
    });

    test.each(COUNTS)(
      "%i calls that end within 50 ms, their first reports failing, keep every outcome",
      async (count) => {
        const failed = new Set<number>();
        const app = deploy({
          faults: (call) => {
            if (!reportsOutcomes(call)) return null;
            const indexes = (call.args["outcomes"] as { index: number }[]).map(({ index }) => index);
            if (indexes.every((index) => failed.has(index))) return null;
            for (const index of indexes) failed.add(index);
            return FAILS;
          },
          slots: 64,
        });
        const keys = Array.from({ length: count }, (_, i) => `k${i}`);
        let ran = 0;
        setSyncTool();
        program.run = async () => {
          ran += 1;
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
          return "ok";
        };
        callsTool(...keys);
        const { status, transcript } = await runTurn(app);
        expect(status).toBe("completed");
        expect(transcript.filter((line) => line === 'tool-tool output-available "ok"').length).toBe(count);
        expect({ ran, failed: failed.size }).toEqual({ ran: count, failed: count });
        const { mutations, conflicts, refused } = app.transactions.counts;
        console.log(
          `${count} calls: ${mutations} mutations, ${conflicts} conflicts, ${refused} refused (seed 1)`,
        );
      },
      120_000,
    );
  });
});
