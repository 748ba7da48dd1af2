import { beforeEach, describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { program } from "../../support/app/programmable.js";
import { sideEffects } from "../../support/app/tools.js";
import { api } from "../../support/harness.js";
import { rowCounts } from "../../support/inspect.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { componentFunctions } from "../../component/wire/sent.js";
import type { Call, Fault } from "../actions.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";
import { seedsOf } from "../seeds.js";
import { isSettled, startTurn, turnsWith } from "../turns.js";

const HOUR = 3_600_000;
const HANDLER = "agent:handler";

/** Deploys a new version of the app and the component, which does the same: the names of its functions, as they are called. */
function deployNew(app: Deployment): string[] {
  const called: string[] = [];
  for (const name of [HANDLER, ...componentFunctions.keys()])
    app.code.change(name, (handler) => (ctx, args) => {
      called.push(name);
      return handler(ctx, args);
    });
  return called;
}

const asksAndAnswers = (tool: string) =>
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done and done.", 200), ...ends()]
      : [...says("Let me see.", 200), ...calls(tool, { key: "a" }, "1"), ...ends("tool-calls")],
  );

const TRANSCRIPT = (tool: string) => [
  "user: Go",
  "assistant: Let me see.",
  `tool-${tool} output-available {"recorded":"a"}`,
  "assistant: Done and done.",
];

async function expectOneTurn(app: Deployment, threadId: string, tool: string): Promise<void> {
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await app.transcript(threadId)).toEqual(TRANSCRIPT(tool));
  expect({ modelCalls: modelCalls.length, sideEffects }).toEqual({ modelCalls: 2, sideEffects: ["a"] });
}

underEachProtocol(({ slice, reportsTo }) => {
  const isInline = slice > 0;
  describe("a deploy in mid-turn", () => {
    test("a stream handler of the old version commits to the new one, and the turn goes on", async () => {
      const app = deploy();
      asksAndAnswers("record");
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(350);
      const called = deployNew(app);
      await expectOneTurn(app, threadId, "record");
      expect(called).toEqual(expect.arrayContaining(["steps:flush", "steps:commit", reportsTo]));
      const begun = called.filter((name) => [HANDLER, "executor:run"].includes(name));
      expect(begun).toEqual(isInline ? [] : ["executor:run", HANDLER]);
    });

    test("whoever runs a tool in the old version reports to the new one", async () => {
      const app = deploy();
      asksAndAnswers("slow");
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.until(() => sideEffects.length === 1);
      const called = deployNew(app);
      await expectOneTurn(app, threadId, "slow");
      expect(called).toContain(reportsTo);
      expect(called).not.toContain("executor:run");
      expect(called.includes(HANDLER)).toBe(!isInline);
    });

    test("at any moment costs no model call, no word and no outcome", async () => {
      const seeds = seedsOf(8);
      for (const seed of seeds) {
        const moment = Math.round((1_550 * (seed - 1)) / seeds.length);
        const app = deploy({ seed });
        asksAndAnswers("record");
        sideEffects.length = 0;
        const threadId = await app.mutation(api.createThread, { prompt: "Go" });
        await app.advance(moment);
        deployNew(app);
        await expectOneTurn(app, threadId, "record");
      }
    }, 60_000);
  });
});

/** Has the component receive calls and jobs without their optional arguments, as of a version that did not know them. */
function leaveOutOptional(app: Deployment): Set<string> {
  const leftOut = new Set<string>();
  for (const [name, called] of componentFunctions) {
    if (!CALLED_ACROSS.test(name)) continue;
    const { value } = JSON.parse(called.exportArgs()) as { value: Record<string, { optional: boolean }> };
    const optional = Object.keys(value).filter((field) => value[field]!.optional);
    app.code.change(name, (handler) => (ctx, given) => {
      const args = { ...(given as Record<string, unknown>) };
      for (const field of optional) {
        if (args[field] !== undefined) leftOut.add(`${name} ${field}`);
        delete args[field];
      }
      return handler(ctx, args);
    });
  }
  return leftOut;
}

/** The functions that a stream handler, an executor or a job calls. */
const CALLED_ACROSS = /^(steps|inlineCalls|executor|timers|toolEvents):|^watchdog:watch$|^messages:history$/;

/** The first answer to each call of a function is lost. */
function firstAnswersLost(to: string) {
  const known = new Set<string>();
  return (call: Call): Fault | null => {
    const key = JSON.stringify(call.args);
    if (call.to !== to || known.has(key)) return null;
    known.add(key);
    return { type: "answer lost" };
  };
}

underEachProtocol(() => {
  describe("an older version that leaves out what a newer one sends", () => {
    test("runs a turn", async () => {
      const app = deploy();
      asksAndAnswers("slow");
      const leftOut = leaveOutOptional(app);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(20_000);
      await expectOneTurn(app, threadId, "slow");
      expect([...leftOut]).toEqual(
        expect.arrayContaining(["steps:commit place", "steps:commit takesCalls", "steps:flush streamId"]),
      );
      expect(app.scheduler.begun.get("executor:run")).toBe(1);
    });

    test("has its dead found by watchdogs without notes", async () => {
      const app = deploy();
      setScript([[...says("a b c d", 15_000), ...ends()]]);
      const leftOut = leaveOutOptional(app);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(25_000);
      await app.scheduler.restart();
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect([...leftOut]).toEqual(expect.arrayContaining(["watchdog:watch notes", "watchdog:watch dueAt"]));
    });

    test("goes on after a commit whose answer is lost: it cannot ask again, and the turn does not need it", async () => {
      const app = deploy({ faults: firstAnswersLost("steps:commit") });
      asksAndAnswers("record");
      leaveOutOptional(app);
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await expectOneTurn(app, threadId, "record");
    });
  });
});

/** Deploys a version that refuses the arguments of a function's calls, of those that are meant. */
const refuse = (app: Deployment, name: string, isMeant: (args: unknown) => boolean = () => true): void =>
  app.code.change(name, (handler) => (ctx, args) => {
    if (isMeant(args)) throw new Error("ArgumentValidationError: Object contains extra field `former`");
    return handler(ctx, args);
  });

underEachProtocol(({ reportsTo }) => {
  describe("an older version whose calls the new one refuses", () => {
    test("a stream handler: the new version's handler does the step again, and no tool runs twice", async () => {
      const app = deploy();
      asksAndAnswers("record");
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.advance(350);
      const [{ args: claim }] = app.actions.calls as [Call];
      for (const name of [
        "steps:flush",
        "steps:heartbeat",
        "steps:commit",
        "steps:failed",
        "inlineCalls:report",
      ])
        refuse(app, name, (args) => (args as { lease: string }).lease === claim.lease);
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect(await app.transcript(threadId)).toEqual(TRANSCRIPT("record"));
      expect({ modelCalls: modelCalls.length, sideEffects }).toEqual({ modelCalls: 3, sideEffects: ["a"] });
    });

    test("whoever runs a tool: it counts as dead, and the model reads that", async () => {
      const app = deploy();
      asksAndAnswers("slow");
      const threadId = await app.mutation(api.createThread, { prompt: "Go" });
      await app.until(() => sideEffects.length === 1);
      refuse(app, reportsTo);
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      expect((await app.transcript(threadId)).join()).toContain("tool-slow output-error");
      expect(sideEffects).toEqual(["a"]);
    });
  });
});

/** Deploys a version that cannot run the waiting job of a function, which is gone or refuses it. What is scheduled later runs. */
async function orphan(app: Deployment, name: string, how: "gone" | "refuses"): Promise<void> {
  expect(app.scheduler.waiting(name)).toBe(1);
  if (how === "gone") app.code.remove(name);
  else refuse(app, name);
  app.scheduler.letGo();
  await app.until(() => app.scheduler.waiting(name) === 0);
  await app.advance(50);
  app.code.restore(name);
}

underEachProtocol(({ slice }) => {
  describe("jobs of an older version that the new one cannot run", () => {
    beforeEach(() => void (program.run = () => "ok"));

    describe.each(["gone", "refuses"] as const)("%s", (how) => {
      test.each(turnsWith(slice))("%s: the job dies, and the turn ends", async (name) => {
        const app = deploy();
        const threadId = await startTurn(app, name);
        await orphan(app, name, how);
        await app.advance(HOUR, () => isSettled(app, threadId));
        expect((await app.query(api.getThread, { threadId }))!.status).toBe("completed");
      });

      test("a tool's job: the handler does not run, and the model reads that", async () => {
        const app = deploy();
        setSyncTool({ ownAction: true });
        let ran = 0;
        program.run = () => (ran += 1);
        callsTool("a");
        app.scheduler.holdBack("executor:run");
        const threadId = await app.mutation(api.createThread, { prompt: "Go" });
        await app.until(() => app.scheduler.waiting("executor:run") > 0);
        await orphan(app, "executor:run", how);
        expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
        expect(ran).toBe(0);
        expect((await app.transcript(threadId)).join()).toContain("tool-tool output-error");
      });

      test("a deletion's job: the rows are deleted all the same", async () => {
        const app = deploy();
        setScript([[...says("Hello."), ...ends()]]);
        const threadId = await app.mutation(api.createThread, { prompt: "Go" });
        await app.settle(threadId);
        app.scheduler.holdBack("purge:run");
        await app.mutation(api.deleteThread, { threadId });
        await orphan(app, "purge:run", how);
        await app.advance(HOUR);
        expect(await rowCounts(app)).toEqual({});
      });
    });
  });
});
