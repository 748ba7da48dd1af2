import { anyApi, type ApiFromModules } from "convex/server";
import { describe, expect, test } from "vitest";
import * as bridged from "../../support/app/bridged.js";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { rowCounts } from "../../support/inspect.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { sleep } from "../chance.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";

const HANDLER = "agent:handler";

/** A thread whose tool runs for so long, in milliseconds, while its stream handler is removed. */
async function whileToolRuns(app: Deployment, ms: number) {
  setSyncTool();
  program.run = () => sleep(ms).then(() => "ok");
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(
    async () => (await app.query(api.getThread, { threadId }))!.status === "awaiting_tool_results",
  );
  await app.advance(500);
  app.code.remove(HANDLER);
  return threadId;
}

underEachProtocol(({ slice }) => {
  /** Longer than the action that asked for the tool goes on. */
  const toolMs = slice + 5_000;

  describe("a stream handler that is removed while threads run", () => {
    test("a tool's outcome is taken, and the turn goes on when the handler is back", async () => {
      const app = deploy();
      const threadId = await whileToolRuns(app, toolMs);
      await app.advance(toolMs + 500);
      expect(await app.transcript(threadId)).toContain('tool-tool output-available "ok"');
      app.code.restore(HANDLER);
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    });

    test("without one the turn fails with an error that names the function, and the next message goes on", async () => {
      const app = deploy();
      const threadId = await whileToolRuns(app, toolMs);
      const failed = await app.settle(threadId);
      expect(failed).toMatchObject({ status: "failed", error: { code: "stream_handler_not_found" } });
      expect(failed!.error!.message).toContain(HANDLER);
      app.code.restore(HANDLER);
      await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    });

    test("a person's answer is taken", async () => {
      const app = deploy();
      setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.until(
        async () => (await app.query(api.getThread, { threadId }))!.status === "awaiting_tool_results",
      );
      await app.advance(1_000);
      app.code.remove(HANDLER);
      await app.mutation(api.addToolResult, { toolCallId: "q", result: "42" });
      expect(await app.transcript(threadId)).toContain('tool-ask output-available "42"');
    });

    test.each(["stop", "delete"])("%s works", async (how) => {
      const app = deploy();
      setScript([[...says("a b c", 2_000), ...ends()]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(1_000);
      app.code.remove(HANDLER);
      await app.mutation(how === "stop" ? api.stopThread : api.deleteThread, { threadId });
      await app.advance(600_000);
      if (how === "delete") expect(await rowCounts(app)).toEqual({});
      else expect((await app.query(api.getThread, { threadId }))!.status).toBe("stopped");
    });

    test("a handler that is tried again finds none, and the thread does not wedge", async () => {
      const app = deploy();
      setScript([[{ throw: new TypeError("fetch failed") }]]);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.until(async () => (await app.query(api.getThread, { threadId }))!.error !== undefined);
      app.code.remove(HANDLER);
      expect(await app.settle(threadId)).toMatchObject({ status: "failed" });
      expect(modelCalls.length).toBe(1);
    });
  });
});

const { createThread } = (anyApi as unknown as ApiFromModules<{ bridged: typeof bridged }>).bridged;

const deployWithBridges = () => deploy({ modules: { "./app/bridged.ts": () => Promise.resolve(bridged) } });

underEachProtocol(() => {
  describe("a workpool bridge that is removed while threads run", () => {
    test("the tools' one: their calls say why they were not run, and the turn goes on", async () => {
      const app = deployWithBridges();
      setSyncTool();
      program.run = () => "ok";
      callsTool("a", "b");
      const threadId = await app.mutation(createThread, { prompt: "Go" });
      app.code.remove("bridged:enqueueToolAction");
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      const outcomes = (await app.transcript(threadId)).filter((line) => line.startsWith("tool-tool"));
      expect(outcomes).toEqual(Array(2).fill(expect.stringMatching(/workpool did not take this tool call/)));
    });

    test("the handler's one: outcomes are taken, and the turn goes on when it is back", async () => {
      const app = deployWithBridges();
      setSyncTool();
      program.run = () => sleep(5_000).then(() => "ok");
      callsTool("a");
      const threadId = await app.mutation(createThread, { prompt: "Go" });
      await app.until(
        async () => (await app.query(api.getThread, { threadId }))!.status === "awaiting_tool_results",
      );
      await app.advance(1_000);
      app.code.remove("bridged:enqueueAgentAction");
      await app.advance(5_000);
      expect(await app.transcript(threadId)).toContain('tool-tool output-available "ok"');
      app.code.restore("bridged:enqueueAgentAction");
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    });

    test("without one the turn fails with a reason, and stop and delete work all the same", async () => {
      for (const end of ["wait", "stop", "delete"]) {
        const app = deployWithBridges();
        setScript([[{ throw: new TypeError("fetch failed") }]]);
        const threadId = await app.mutation(createThread, { prompt: "Go" });
        await app.until(async () => (await app.query(api.getThread, { threadId }))!.error !== undefined);
        app.code.remove("bridged:enqueueAgentAction");
        if (end === "stop") await app.mutation(api.stopThread, { threadId });
        if (end === "delete") await app.mutation(api.deleteThread, { threadId });
        await app.advance(600_000);
        const thread = await app.query(api.getThread, { threadId });
        if (end === "wait")
          expect(thread).toMatchObject({ status: "failed", error: { code: "workpool_failed" } });
        if (end === "stop") expect(thread).toMatchObject({ status: "stopped" });
        if (end === "delete") expect(await rowCounts(app)).toEqual({});
      }
    });
  });
});
