import { expect, test } from "vitest";
import { internal } from "../../component/_generated/api.js";
import type { Id } from "../../component/_generated/dataModel.js";
import { dispatch } from "../../component/dispatch/dispatchThread.js";
import { loadThread } from "../../component/model/threads.js";
import { BATCH_ROWS } from "../../component/lib/limits.js";
import { positionOf } from "../../component/lib/position.js";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  storeThread,
  storeToolCall,
  type ThreadEvent,
} from "../../machines/index.js";
import { setup, type App } from "../support/harness.js";
import { STREAM_HANDLE } from "./model/arrange.js";
import type { Ctx } from "./model/seen.js";

const TURNS = BATCH_ROWS / 2;

async function newThread(ctx: Ctx): Promise<Id<"threads">> {
  const agent = await ctx.db.insert("agents", { streamHandle: STREAM_HANDLE, pools: {} });
  const snapshot = storeThread(createThreadSnapshot());
  return ctx.db.insert("threads", { snapshot, status: "completed", agent, jobs: {} });
}

/** A thread with more rows than a transaction handles: each turn a question, and a step with a call. */
async function longThread(ctx: Ctx): Promise<Id<"threads">> {
  const threadId = await newThread(ctx);
  for (let turn = 1; turn <= TURNS; turn++) {
    const text = (words: string) => [{ type: "text", text: `${words} ${turn}` }];
    const question = { threadId, position: positionOf(turn, 0), toolCalls: 0 };
    const step = { threadId, position: positionOf(turn, 1), toolCalls: 1 };
    await ctx.db.insert("messages", { ...question, role: "user", parts: text("question") });
    await ctx.db.insert("messages", { ...step, role: "assistant", parts: text("answer") });
    await ctx.db.insert("toolCalls", {
      ...{ threadId, position: step.position, index: 0, generation: turn, toolCallId: `call-${turn}` },
      ...{ toolName: "tool", input: { turn }, pending: true },
      snapshot: storeToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY)),
    });
  }
  const snapshot = createThreadSnapshot();
  const context = { ...snapshot.context, turn: TURNS };
  await ctx.db.patch("threads", threadId, { snapshot: storeThread({ ...snapshot, context }) });
  return threadId;
}

async function rowsOf(ctx: Ctx, threadId: Id<"threads">) {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .collect();
  const calls = await ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId))
    .collect();
  return {
    messages: messages.map(({ position, role, parts }) => ({ position, role, parts: parts as unknown })),
    calls: calls.map(({ position, toolCallId }) => ({ position, toolCallId })),
    states: [...new Set(calls.map(({ snapshot }) => snapshot.state))],
    state: (await ctx.db.get("threads", threadId))!.snapshot.state,
  };
}

const send = async (ctx: Ctx, threadId: Id<"threads">, event: ThreadEvent) => {
  await dispatch(ctx, (await loadThread(ctx, threadId))!, event);
  return threadId;
};

/** Runs the continuations one by one, each in a transaction of its own, until there are none. */
async function finishEdits({ inComponent }: App): Promise<void> {
  for (let isOver = false; !isOver;)
    isOver = await inComponent(async (ctx) => {
      const jobs = await ctx.db.system.query("_scheduled_functions").collect();
      const job = jobs.find(({ name, state }) => name === "historyBatches:next" && state.kind === "pending");
      if (!job) return true;
      await ctx.scheduler.cancel(job._id);
      await ctx.runMutation(internal.historyBatches.next, job.args[0] as never);
      return false;
    });
}

test("a long history is copied in batches, in order; calls without an outcome are cancelled in the copy", async () => {
  const app = setup();
  const source = await app.inComponent(longThread);
  const copy = await app.inComponent(async (ctx) =>
    send(ctx, await newThread(ctx), {
      type: "FORK",
      source,
      upTo: { position: positionOf(TURNS - 1, 1), creationTime: Infinity },
      turn: TURNS,
    }),
  );
  expect((await app.inComponent((ctx) => rowsOf(ctx, copy))).state).toBe("copying");
  await finishEdits(app);
  const [from, to] = await app.inComponent(async (ctx) => [
    await rowsOf(ctx, source),
    await rowsOf(ctx, copy),
  ]);
  expect(to.messages).toEqual(from.messages.slice(0, -2));
  expect(to.calls).toEqual(from.calls.slice(0, -1));
  expect(to).toMatchObject({ state: "idle", states: ["cancelled"] });
});

test("a long history is cut back in batches; what was sent for a later turn stays", async () => {
  const app = setup();
  const threadId = await app.inComponent(longThread);
  const before = await app.inComponent((ctx) => rowsOf(ctx, threadId));
  await app.inComponent(async (ctx) => {
    await send(ctx, threadId, { type: "REWIND", from: { position: positionOf(1, 1), creationTime: 0 } });
    const later = { threadId, position: positionOf(TURNS + 2, 0), toolCalls: 0 };
    await ctx.db.insert("messages", { ...later, role: "user", parts: [] });
    return send(ctx, threadId, { type: "STOP" });
  });
  await finishEdits(app);
  const after = await app.inComponent((ctx) => rowsOf(ctx, threadId));
  const later = { position: positionOf(TURNS + 2, 0), role: "user", parts: [] };
  expect(after).toMatchObject({ messages: [before.messages[0], later], calls: [], state: "stopped" });
});
