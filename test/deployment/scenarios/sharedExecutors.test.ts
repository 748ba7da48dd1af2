import { describe, expect, test } from "vitest";
import { createActionTool, createAsyncTool } from "convex-durable-agents";
import { anyApi } from "convex/server";
import { z } from "zod";
import { defaultOptions, overrides } from "../../support/app/agent.js";
import { calls, ends, says, setScript } from "../../support/app/model.js";
import { sideEffects } from "../../support/app/tools.js";
import { api } from "../../support/harness.js";
import { callsTool } from "../../support/tool.js";
import { DEATHS, first, type Call } from "../actions.js";
import { deploy, type Deployment } from "../deployment.js";
import { runsTool, underEachProtocol } from "../protocols.js";
import { all, effects, once, outcomesOf, useTool } from "../tools.js";

/** Four that a stream handler may run itself, and six that share an executor. */
const HANDLERS = ["a", "b", "c", "d"];
const SIX = ["e", "f", "g", "h", "i", "j"];

const runs =
  (key: string) =>
  (call: Call): boolean =>
    runsTool(call) && call.args.key === key;

underEachProtocol(({ slice }) => {
  const keys = slice > 0 ? [...HANDLERS, ...SIX] : SIX;
  const inAction = slice > 0 ? all(HANDLERS, "ok") : [];

  async function runTurn(faults: ReturnType<typeof first>, app = deploy({ faults })) {
    callsTool(...keys);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(app.actions.faulted.map(({ by }) => by)).toEqual(["executor:run"]);
    expect(app.scheduler.begun.get("executor:run")).toBe(1);
    return outcomesOf(app, threadId);
  }

  describe("six calls that share an executor", () => {
    test("one dies: it alone is in doubt", async () => {
      useTool(() => 100);
      const outcomes = await runTurn(first(1, runs("g"), { type: "callee dies", message: DEATHS[0]! }));
      expect(outcomes).toEqual([...inAction, "ok", "ok", "in doubt", "ok", "ok", "ok"]);
      expect(effects).toEqual(once(keys));
    });

    test("their executor dies: those that it has reported stand, the others are in doubt", async () => {
      useTool((key) => (key === "e" ? 0 : 2_000));
      const isReport = ({ to }: Call) => to === "toolEvents:settle";
      let reports = 0;
      const outcomes = await runTurn((call) =>
        isReport(call) && ++reports === 2 ? { type: "action dies", when: "before" } : null,
      );
      expect(outcomes).toEqual([...inAction, "ok", ...all(SIX.slice(1), "in doubt")]);
      expect(effects).toEqual(once(keys));
    });

    test("their executor dies before any has begun: all are in doubt, and none runs", async () => {
      useTool();
      const outcomes = await runTurn(
        first(1, ({ to }) => to === "toolEvents:begin", { type: "action dies", when: "after" }),
      );
      expect(outcomes).toEqual([...inAction, ...all(SIX, "in doubt")]);
      expect(SIX.filter((key) => (effects.get(key) ?? 0) > 0)).toEqual([]);
    });
  });
});

/** The tools of the app, and the calls of one step: a question to a person among five others, which share its executor. */
function asksAmongOthers(): void {
  const key = z.object({ key: z.string() });
  const internal = anyApi as unknown as Record<string, Record<string, never>>;
  const { record, ask } = internal.tools!;
  overrides.options = {
    ...defaultOptions,
    slice: 0,
    tools: {
      record: createActionTool({ description: "Record", args: key, handler: record! }),
      ask: createAsyncTool({ description: "Ask", args: z.object({ question: z.string() }), callback: ask! }),
    },
  };
  const step = SIX.flatMap((id) =>
    id === "g" ? calls("ask", { question: "?" }, id) : calls("record", { key: id }, id),
  );
  setScript([
    [...step, ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
}

const ENDS: Record<string, (app: Deployment) => Promise<unknown>> = {
  "a result": (app) => app.mutation(api.addToolResult, { toolCallId: "g", result: "42" }),
  "an error": (app) => app.mutation(api.addToolError, { toolCallId: "g", error: "no" }),
  "its deadline": async (app) => {
    await app.mutation(api.moveToolCallDeadline, { toolCallId: "g", ms: 1_000 });
    await app.advance(2_000);
  },
};

describe("a call that has its outcome before its executor begins", () => {
  test.each(Object.keys(ENDS))("%s: the executor's other calls run, and it does not", async (how) => {
    const app = deploy();
    asksAmongOthers();
    app.scheduler.holdBack("executor:run");
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => app.scheduler.waiting("executor:run") > 0);
    await ENDS[how]!(app);
    expect(app.scheduler.waiting("executor:run")).toBe(1);
    app.scheduler.letGo();
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(sideEffects.toSorted()).toEqual(SIX.filter((key) => key !== "g"));
    const lines = (await app.transcript(threadId)).filter((line) => line.startsWith("tool-record"));
    expect(lines).toEqual(
      SIX.filter((key) => key !== "g").map((key) => `tool-record output-available {"recorded":"${key}"}`),
    );
  });

  test("a stop: none of them runs", async () => {
    const app = deploy();
    asksAmongOthers();
    app.scheduler.holdBack("executor:run");
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(() => app.scheduler.waiting("executor:run") > 0);
    await app.mutation(api.stopThread, { threadId });
    app.scheduler.letGo();
    await app.advance(60_000);
    expect(sideEffects).toEqual([]);
    const rows = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
    expect(rows.map(({ snapshot }) => snapshot.state)).toEqual(all(SIX, "cancelled"));
  });
});
