import { describe, expect, test } from "vitest";
import { createAsyncTool } from "convex-durable-agents";
import { anyApi } from "convex/server";
import { z } from "zod";
import { overrides, type defaultOptions } from "../../support/app/agent.js";
import { calls, ends, modelCalls, setScript } from "../../support/app/model.js";
import { unloggedApi } from "../../support/harness.js";
import { takesAll } from "../../support/sample.js";
import { callsTool } from "../../support/tool.js";
import { deploy, type Deployment } from "../deployment.js";
import { underEachProtocol } from "../protocols.js";
import { effects, HANDLER, handlersOf, useTool } from "../tools.js";
import { inSteps, isSettled } from "../turns.js";

const MINUTE = 60_000;
const STEPS = 10;
const STEP_MS = 2_000;
const TOOL_MS = 1_000;
const SLICE_MS = 15_000;

/** SAMPLE=1 asks for more threads, and for the whole storm. */
const [COUNTS, STORM] = takesAll ? [[12, 24], 300] : [[12], 40];

/** When threads began their first step and ended, in milliseconds since the beginning. */
function watchThreads(app: Deployment) {
  const from = Date.now();
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  app.transactions.onCommit((changes) => {
    for (const { table, id, after } of changes) {
      if (table !== "threads" || after === null) continue;
      const { state } = after["snapshot"] as { state: string };
      if (state === "streaming" && !begun.has(id)) begun.set(id, Date.now() - from);
      if (state === "completed" && begun.has(id)) ended.set(id, Date.now() - from);
    }
  });
  return { begun, ended };
}

const latest = (times: Map<string, number>): number => Math.round(Math.max(...times.values()));
const mean = (times: Map<string, number>): number =>
  Math.round([...times.values()].reduce((sum, ms) => sum + ms, 0) / times.size);

/**
 * The model takes ten steps with a tool each. In a thread that says "Fail" its first call fails and is tried again, in one that
 * says "Ask" the first step asks a question that nobody answers in time.
 */
function takeSteps(): void {
  useTool(() => TOOL_MS);
  const ask = createAsyncTool({
    description: "Ask",
    args: z.object({ question: z.string() }),
    callback: anyApi.tools!.ask as never,
    timeoutMs: 5_000,
  });
  const { tools, ...options } = overrides.options as typeof defaultOptions;
  overrides.options = { ...options, saveStreamDeltas: false, tools: { ...tools, ask } };
  const script = inSteps(STEPS, () => STEP_MS);
  let hasFailed = false;
  setScript((prompt, index) => {
    const said = JSON.stringify(prompt.find(({ role }) => role === "user"));
    const isFirst = prompt.every(({ role }) => role !== "tool");
    if (said.includes("Ask") && isFirst)
      return [...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")];
    if (!said.includes("Fail") || hasFailed) return script(prompt, index);
    hasFailed = true;
    return [{ throw: new TypeError("fetch failed") }];
  });
}

/** So many threads of ten steps begin at once on eight slots. */
async function runThreads(count: number, slice: number) {
  const app = deploy({ slots: 8 });
  overrides.slice = slice;
  takeSteps();
  const { begun, ended } = watchThreads(app);
  const prompts = Array.from({ length: count }, (_, index) => ["Fail", "Ask"][index] ?? "Go");
  await app.drive(Promise.all(prompts.map((prompt) => app.call(unloggedApi.createThread, { prompt }))));
  await app.advance(10 * MINUTE, () => Promise.resolve(ended.size === count));
  expect(modelCalls.length).toBe(count * (STEPS + 1) + 1);
  expect([...effects.values()]).toEqual([count - 1, ...Array<number>(STEPS - 1).fill(count)]);
  const { longestWaits, begun: jobs } = app.scheduler;
  return {
    slice,
    endMs: latest(ended),
    meanEndMs: mean(ended),
    lastBeginMs: latest(begun),
    lateMs: ["watchdog:watch", "timers:retryDue", "toolEvents:deadlinePassed"].map((name) =>
      Math.round(longestWaits.get(name)!),
    ),
    actions: handlersOf(app) + (jobs.get("executor:run") ?? 0),
  };
}

describe.each(COUNTS)("%i threads of ten steps on eight slots", (count) => {
  test("end as soon as with an action for each step and tool, and starve nothing", async () => {
    const apart = await runThreads(count, 0);
    const inSlices = await runThreads(count, SLICE_MS);
    console.log(JSON.stringify({ count, apart, inSlices }));
    expect(inSlices.meanEndMs / apart.meanEndMs).toBeLessThanOrEqual(1);
    // A step and its tool are one action: where all end together, the last thread may have to wait for one more of them.
    expect(inSlices.endMs - apart.endMs).toBeLessThan(STEP_MS + TOOL_MS + 500);
    expect(inSlices.actions / apart.actions).toBeLessThan(0.6);
    expect(inSlices.lastBeginMs).toBeLessThan(SLICE_MS + STEP_MS + TOOL_MS + 500);
    for (const late of inSlices.lateMs) expect(late).toBeLessThan(20_000);
  }, 120_000);
});

test.each(["stuck", "lost", "canceled"] as const)(
  "a handler that is %s does not wait for a slot: others go on",
  async (how) => {
    const app = deploy();
    takeSteps();
    app.scheduler.holdBack(HANDLER);
    await app.mutation(unloggedApi.createThread, { prompt: "Go" });
    expect(await app.scheduler.tamper(({ name }) => name.endsWith(HANDLER), how)).toBe(1);
    app.scheduler.letGo();
    await app.advance(2_000);
    setScript(inSteps(2, () => 1_000));
    const threadId = await app.mutation(unloggedApi.createThread, { prompt: "Go" });
    await app.advance(6_000, () => isSettled(app, threadId));
    expect(await isSettled(app, threadId)).toBe(true);
    expect(handlersOf(app)).toBe(1);
  },
);

underEachProtocol(({ reportsTo }) => {
  /** How often a report was tried on average, be it because of conflicts, of places or of lost answers. */
  function triesPerReport(app: Deployment): number {
    const reports = ["toolEvents:settle", reportsTo];
    const sent = app.actions.calls.filter(({ to }) => reports.includes(to));
    const distinct = new Set(sent.map(({ args }) => JSON.stringify([args.threadId, args.outcomes])));
    const tries = [...new Set(reports)].reduce((sum, to) => sum + (app.transactions.tries.get(to) ?? 0), 0);
    return tries / distinct.size;
  }

  async function runCalls(app: Deployment, threads: number, keys: string[]): Promise<void> {
    callsTool(...keys);
    const { ended } = watchThreads(app);
    const create = () => app.call(unloggedApi.createThread, { prompt: "Go" });
    await app.drive(Promise.all(Array.from({ length: threads }, create)));
    await app.advance(10 * MINUTE, () => Promise.resolve(ended.size === threads));
    const rows = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
    expect(rows.map(({ snapshot }) => snapshot.state)).toEqual(
      Array(threads * keys.length).fill("completed"),
    );
    expect([...effects.values()]).toEqual(Array(keys.length).fill(threads));
    const tries = triesPerReport(app);
    const { conflicts, refused } = app.transactions.counts;
    console.log(`${threads} times ${keys.length} calls: ${tries.toFixed(2)} tries per report`, {
      conflicts,
      refused,
    });
    expect(tries).toBeLessThanOrEqual(1.3);
  }

  const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

  test.runIf(takesAll)(
    "a steady load of 250 calls on 64 slots for functions loses nothing",
    async () => {
      const app = deploy();
      useTool(() => 500 + 1_000 * Math.random());
      await runCalls(app, 1, keysOf(250));
    },
    60_000,
  );

  test(`a storm of ${STORM} reports at once loses nothing`, async () => {
    const app = deploy({ slots: STORM, functionSlots: STORM });
    useTool(() => 1_000);
    await runCalls(app, STORM, keysOf(1));
  }, 120_000);
});
