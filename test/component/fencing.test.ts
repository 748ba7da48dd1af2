import { DEFAULT_TOOL_POLICY } from "convex-durable-agents/machines";
import { expect, test } from "vitest";
import { restoreThread } from "../../machines/stored.js";
import { component } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { liveStreams } from "../support/inspect.js";

/** Everything that the component has stored and scheduled, except what a refused call could not change. */
function everything({ inComponent }: ReturnType<typeof setup>): Promise<string> {
  return inComponent(async (ctx) => {
    const tables = ["threads", "messages", "toolCalls", "streams", "deltas"] as const;
    const rows = await Promise.all(tables.map((table) => ctx.db.query(table).collect()));
    return JSON.stringify([...rows, (await ctx.db.system.query("_scheduled_functions").collect()).length]);
  });
}

/** A handler in mid-stream, and the calls that a stale one would make in its place. */
async function streaming() {
  const app = setup();
  setScript([[...says("one two three four", 1_000), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(async () => (await liveStreams(app, threadId)).length > 0);
  const row = await app.inComponent((ctx) => ctx.db.query("threads").first());
  const { generation, lease } = restoreThread(row!.snapshot).context;
  const [stream] = await liveStreams(app, threadId);
  return { app, threadId, owner: { threadId, generation, lease: lease! }, streamId: stream!.streamId };
}

const parts = [{ type: "text", text: "stale" }];
const toolCalls = [
  {
    toolCallId: "stale",
    toolName: "record",
    input: { key: "stale" },
    run: { options: { handler: "function://;tools:record" }, policy: DEFAULT_TOOL_POLICY },
  },
];
const error = { code: "stale", message: "stale" };

test.each([
  ["an older generation", (owner: Owner) => ({ ...owner, generation: owner.generation - 1 })],
  ["a later generation", (owner: Owner) => ({ ...owner, generation: owner.generation + 1 })],
  ["a lease that is not its own", (owner: Owner) => ({ ...owner, lease: "another" })],
])("a handler with %s can write nothing and schedule nothing", async (_name, change) => {
  const { app, owner } = await streaming();
  const stale = change(owner);
  const before = await everything(app);
  const { steps } = component;
  const refused = await app.t.run(async (ctx) => [
    await ctx.runMutation(steps.claim, stale),
    await ctx.runMutation(steps.flush, { ...stale, seq: 99, chunks: [] }),
    await ctx.runMutation(steps.heartbeat, stale),
    await ctx.runMutation(steps.commit, { ...stale, parts, toolCalls }),
    await ctx.runMutation(steps.failed, { ...stale, error, retryable: true, retryAfterMs: null }),
  ]);
  expect(refused).toEqual([null, null, null, null, null]);
  expect(await everything(app)).toBe(before);
});

test("a step can be claimed once", async () => {
  const { app, owner } = await streaming();
  const before = await everything(app);
  const again = await app.t.run((ctx) =>
    ctx.runMutation(component.steps.claim, { ...owner, lease: "second" }),
  );
  expect(again).toBeNull();
  expect(await everything(app)).toBe(before);
});

test("a handler that was stopped in mid-stream leaves without a trace", async () => {
  const { app, threadId, owner, streamId } = await streaming();
  await app.mutation(api.stopThread, { threadId });
  await app.settle(threadId);
  const before = await everything(app);
  for (const writer of [owner, { ...owner, streamId }])
    await app.t.run(async (ctx) => {
      expect(await ctx.runMutation(component.steps.flush, { ...writer, seq: 99, chunks: [] })).toBeNull();
      expect(await ctx.runMutation(component.steps.heartbeat, writer)).toBeNull();
    });
  await app.advance(120_000);
  expect(await everything(app)).toBe(before);
});

test("an executor whose call was cancelled changes nothing with its late outcome", async () => {
  const app = setup();
  setScript([[...calls("slow", { key: "late" }, "1"), ...ends("tool-calls")]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(60_000, async () => sideEffects.length > 0);
  await app.mutation(api.stopThread, { threadId });
  await app.settle(threadId);
  expect(await app.transcript(threadId)).toContainEqual(expect.stringContaining("output-error"));
  const stopped = await everything(app);
  await app.advance(60_000);
  expect(await everything(app)).toBe(stopped);
  expect((await app.query(api.getThread, { threadId }))!.status).toBe("stopped");
});

interface Owner {
  threadId: string;
  generation: number;
  lease: string;
}

test("nobody who may inspect a thread learns its handler's lease", async () => {
  const { app, threadId, owner } = await streaming();
  const seen = JSON.stringify([
    await app.query(api.getThread, { threadId, inspect: true }),
    await app.query(api.explainThread, { threadId }),
    await app.query(api.listTransitions, { threadId }),
  ]);
  expect(seen).not.toContain(owner.lease);
  expect(seen).not.toMatch(/function:\/\//);
});
