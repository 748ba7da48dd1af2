import { describe, expect, test } from "vitest";
import { defaultOptions, overrides } from "../../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { sleep } from "../chance.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";

const MINUTE = 60_000;

const create = (app: Deployment, count: number) =>
  app.drive(Promise.all(Array.from({ length: count }, () => app.call(api.createThread, { prompt: "Go" }))));

underEachProtocol(() => {
  describe("on eight slots", () => {
    test("twelve threads that stream for a minute and call tools complete, each with two model calls", async () => {
      const app = deploy({ slots: 8 });
      setScript((prompt) =>
        prompt.at(-1)!.role === "tool"
          ? [...says("a b c d e f g h i j", 6_000), ...ends()]
          : [
              ...says("a b c d e f g h i j", 6_000),
              ...calls("record", { key: "a" }, "1"),
              ...ends("tool-calls"),
            ],
      );
      const threads = await create(app, 12);
      await app.advance(20 * MINUTE);
      const statuses = await Promise.all(
        threads.map(async (threadId) => (await app.query(api.getThread, { threadId }))!.status),
      );
      expect(statuses).toEqual(threads.map(() => "completed"));
      expect(modelCalls.length).toBe(24);
    });

    test("a step that waits for a slot is not taken for dead, and says so", async () => {
      const app = deploy({ slots: 2 });
      setScript([[...says("a b", 5 * MINUTE), ...ends()]]);
      const [, , waiting] = await create(app, 3);
      await app.advance(4 * MINUTE);
      const explained = await app.query(api.explainThread, { threadId: waiting! });
      expect(explained).toMatchObject({ state: "running.queued", attempt: 1 });
      expect(explained!.waitsFor).toContain("slot");
      await app.advance(30 * MINUTE);
      expect(await app.query(api.getThread, { threadId: waiting! })).toMatchObject({ status: "completed" });
      expect(modelCalls.length).toBe(3);
    });

    test("a tool's time-out counts from its beginning", async () => {
      const app = deploy({ slots: 1 });
      setSyncTool({ timeoutMs: 3_000 });
      program.run = () => sleep(2_000).then(() => "ok");
      callsTool("a", "b", "c");
      const [threadId] = await create(app, 1);
      await app.advance(MINUTE);
      const outcomes = (await app.transcript(threadId!)).filter((line) => line.startsWith("tool-tool"));
      expect(outcomes).toEqual(Array(3).fill('tool-tool output-available "ok"'));
    });

    test("a round starts a bounded number of calls, so that another thread comes between", async () => {
      const app = deploy({ slots: 8 });
      setSyncTool();
      program.run = () => sleep(1_000).then(() => "ok");
      callsTool(...Array.from({ length: 200 }, (_, i) => `k${i}`));
      await create(app, 1);
      await app.advance(2_000);
      overrides.options = defaultOptions;
      setScript([[...says("Hello."), ...ends()]]);
      const [second] = await create(app, 1);
      const from = Date.now();
      await app.settle(second!);
      expect(Date.now() - from).toBeLessThan(10_000);
    });

    test("after a pause of a day nothing is dead or timed out that was not", async () => {
      const app = deploy({ slots: 8 });
      setScript((prompt) =>
        prompt.at(-1)!.role === "tool"
          ? [...says("Done."), ...ends()]
          : [
              ...calls("ask", { question: "?" }, "q"),
              ...calls("record", { key: "a" }, "1"),
              ...ends("tool-calls"),
            ],
      );
      const [threadId] = await create(app, 1);
      await app.until(
        async () =>
          (await app.query(api.getThread, { threadId: threadId! }))!.status === "awaiting_tool_results",
      );
      await app.advance(1_000);
      await app.mutation(api.moveToolCallDeadline, { toolCallId: "q", ms: 10 * MINUTE });
      await app.drive(app.scheduler.pause(24 * 60 * MINUTE));
      await app.mutation(api.addToolResult, { toolCallId: "q", result: "42" });
      expect(await app.settle(threadId!)).toMatchObject({ status: "completed" });
      expect(await app.transcript(threadId!)).toContain('tool-ask output-available "42"');
    });
  });

  test("titles hold no slot: an answer is complete, and its action over, although the title's model hangs", async () => {
    const app = deploy({ slots: 1 });
    setScript([[...says("Hello."), ...ends()]]);
    const { testModel } = await import("../../support/app/model.js");
    const hangs = Object.assign(Object.create(testModel) as typeof testModel, {
      doGenerate: () => sleep(20 * MINUTE),
    });
    overrides.options = { ...defaultOptions, generateTitle: { model: hangs as never } };
    const threads = await create(app, 4);
    await app.advance(MINUTE);
    for (const threadId of threads)
      expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  });
});
