import workpoolTest from "@convex-dev/workpool/test";
import { anyApi, componentsGeneric, type ApiFromModules } from "convex/server";
import type { StreamHandlerOptions } from "convex-durable-agents";
import { expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { ends, says, setScript } from "../support/app/model.js";
import type * as pooled from "../support/app/pooled.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { callsTool, setSyncTool } from "../support/tool.js";

const { pooled: pool } = anyApi as unknown as ApiFromModules<{ pooled: typeof pooled }>;

const pools = componentsGeneric() as unknown as Record<string, { lib: Record<string, unknown> }>;

function setupPools(): App {
  const app = setup();
  workpoolTest.register(app.t, "agentWorkpool");
  workpoolTest.register(app.t, "toolWorkpool");
  return app;
}

test("a turn with tools runs through the pools", async () => {
  const app = setupPools();
  setSyncTool();
  program.run = (_ctx, { key }) => sideEffects.push(String(key));
  callsTool("a", "b");
  const threadId = await app.mutation(pool.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sideEffects.toSorted()).toEqual(["a", "b"]);
  expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Done.");
});

test("with fifty threads at once, never more than three handlers and three tools run", async () => {
  const app = setupPools();
  const running = { models: 0, tools: 0 };
  const most = { models: 0, tools: 0 };
  const busy = async (kind: "models" | "tools") => {
    most[kind] = Math.max(most[kind], ++running[kind]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    running[kind] -= 1;
  };
  setSyncTool();
  program.run = () => busy("tools");
  const withTool = overrides.options as StreamHandlerOptions;
  callsTool("a");
  overrides.options = async () => {
    await busy("models");
    return withTool;
  };
  const threads: string[] = [];
  for (let i = 0; i < 50; i++) threads.push(await app.mutation(pool.createThread, { prompt: `${i}` }));
  for (const threadId of threads) expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(most).toEqual({ models: 3, tools: 3 });
}, 120_000);

test("a thread that waits long in the queue is not taken for dead", async () => {
  const app = setupPools();
  setScript([[...says("slow ", 200_000), ...ends()]]);
  for (let i = 0; i < 3; i++) await app.mutation(pool.createThread, { prompt: "first" });
  await app.advance(30_000);
  const waiting = await app.mutation(pool.createThread, { prompt: "last" });
  await app.advance(150_000);
  expect(await app.query(api.getThread, { threadId: waiting, inspect: true })).toMatchObject({
    status: "streaming",
    snapshot: { value: { running: "queued" }, context: { attempt: 1 } },
  });
  expect(await app.settle(waiting)).toMatchObject({ status: "completed" });
});

test("stop cancels what is still queued in a pool", async () => {
  const app = setupPools();
  setSyncTool();
  program.run = async (_ctx, { key }) => {
    sideEffects.push(String(key));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  };
  callsTool("a", "b", "c", "d", "e");
  const threadId = await app.mutation(pool.createThread, { prompt: "Go" });
  await app.until(() => sideEffects.length === 3);
  await app.mutation(pool.stopThread, { threadId });
  await app.advance(300_000);
  expect(sideEffects).toHaveLength(3);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "stopped" });
});

test("a job that the pool gives up is an event of the machine: the step is tried again, the call has an outcome", async () => {
  const app = setupPools();
  setSyncTool();
  program.run = () => sideEffects.push("ran");
  callsTool("a");
  const threadId = await app.mutation(pool.createThread, { prompt: "Go" });
  const row = await app.inComponent((ctx) => ctx.db.query("threads").first());
  const { workId: id } = row!.jobs.stream as { workId: string };
  const { lib } = pools.agentWorkpool!;
  await app.t.run((ctx) => ctx.runMutation(lib.cancel as never, { id, logLevel: "ERROR" } as never));
  expect(await app.settle(threadId)).toMatchObject({
    status: "completed",
    snapshot: { context: { generation: 3 } },
  });
  expect(sideEffects).toEqual(["ran"]);
});
