import { runCrons } from "convex-durable-agents/test";
import { expect, test } from "vitest";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { flaky, sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";

/** As when a backup is restored, or somebody cancels all scheduled functions on the dashboard. */
const loseJobs = (app: App): Promise<void> =>
  app.inComponent(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect())
      if (job.state.kind === "pending") await ctx.scheduler.cancel(job._id);
  });

const isIn = (app: App, threadId: string, state: string) => async () =>
  (await app.query(api.explainThread, { threadId }))!.state === `running.${state}`;

const answers = [...says("Here I am."), ...ends()];

test.each([
  { state: "queued", script: [answers] },
  { state: "backoff", script: [[{ throw: new TypeError("fetch failed") }], answers] },
  { state: "tools", script: [[...calls("unstable", { key: "a" }, "1"), ...ends("tool-calls")], answers] },
])(
  "a thread that lost its jobs in $state goes on when the component's crons have run",
  async ({ state, script }) => {
    const app = setup();
    flaky.failures = 1;
    setScript(script);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(isIn(app, threadId, state));
    await loseJobs(app);
    await app.advance(3_600_000);
    expect(await isIn(app, threadId, state)()).toBe(true);
    await runCrons(app.t);
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Here I am.");
  },
);

test("many calls whose executors and stream handler died end in one look, however large a call is that still waits", async () => {
  const app = setup();
  const asked = calls("ask", { question: "x".repeat(900_000) }, "asked");
  const slow = Array.from({ length: 31 }, (_, i) => calls("slow", { key: `${i}` }, `${i}`));
  setScript([[...asked, ...slow.flat(), ...ends("tool-calls")], answers]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => sideEffects.length === 32);
  await app.advance(1_000);
  const isPending = async () => {
    const rows = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
    return rows.filter(({ pending }) => pending).map(({ toolCallId }) => toolCallId);
  };
  await app.inComponent(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect())
      if (/^executor|^watchdog|handler$/.test(job.name)) await ctx.scheduler.cancel(job._id);
  });
  expect(await isPending()).toHaveLength(32);
  await runCrons(app.t);
  expect(await isPending()).toEqual(["asked"]);
  await app.mutation(api.addToolResult, { threadId, toolCallId: "asked", result: "Yes." });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});
