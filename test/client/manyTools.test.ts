import { anyApi } from "convex/server";
import { createActionTool } from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { MAX_CALLS_AT_ONCE } from "../../component/lib/limits.js";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { pendingJobs, sentOutcomes } from "../support/inspect.js";

/** More than one transaction starts, cancels or watches at a time. */
const MANY = 300;
const done = [...says("Done."), ...ends()];
const ids = Array.from({ length: MANY }, (_, index) => String(index));

/** Gives the agent a tool whose handler does what `program.run` says. */
function addTool() {
  const tool = createActionTool({
    description: "Run the test's program",
    args: z.looseObject({}),
    handler: anyApi.programmable!.handler as never,
  });
  overrides.options = { ...defaultOptions, tools: { tool } };
}

test("three hundred calls of one step all run once, and the model is asked once, after the last", async () => {
  const app = setup();
  setScript([[...ids.flatMap((id) => calls("record", { key: id }, id)), ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sideEffects.toSorted()).toEqual(ids.toSorted());
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual(
    ids.map((id) => [id, { type: "json", value: { recorded: id } }]),
  );
  expect(modelCalls).toHaveLength(2);
}, 60_000);

test("of three hundred calls, each that cannot run has an error that says why", async () => {
  const app = setup();
  setScript([[...ids.flatMap((id) => calls("nonsense", { key: id }, id)), ...ends("tool-calls")], done]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const outcomes = sentOutcomes(modelCalls[1]!.prompt);
  expect(outcomes).toHaveLength(MANY);
  for (const [, output] of outcomes)
    expect(output).toMatchObject({
      type: "error-text",
      value: expect.stringContaining("nonsense") as string,
    });
}, 60_000);

test("a stop cancels all calls without an outcome, and starts none of those that wait for their turn", async () => {
  const app = setup();
  addTool();
  const ran: unknown[] = [];
  program.run = async (ctx, { threadId, id }) => {
    if (ran.push(id) > 1) return;
    await ctx.runMutation(api.stopThread, { threadId: threadId as string });
  };
  const threadId = await app.mutation(api.createThread, {});
  setScript([[...ids.flatMap((id) => calls("tool", { threadId, id }, id)), ...ends("tool-calls")]]);
  await app.mutation(api.sendMessage, { threadId, prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "stopped" });
  await app.advance(60_000);

  expect(ran.length).toBeLessThanOrEqual(MAX_CALLS_AT_ONCE);
  const rows = await app.inComponent((ctx) => ctx.db.query("toolCalls").collect());
  expect(rows.filter(({ pending }) => pending)).toEqual([]);
  expect(rows.filter(({ snapshot }) => snapshot.state === "cancelled").length).toBeGreaterThanOrEqual(
    MANY - MAX_CALLS_AT_ONCE,
  );
  expect(await pendingJobs(app)).toEqual([]);
}, 60_000);
