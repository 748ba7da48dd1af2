import { anyApi } from "convex/server";
import { isToolCallWanted, type ToolCallIdentity } from "convex-durable-agents";
import { beforeEach, expect, test } from "vitest";
import { component } from "../support/app/agent.js";
import { modelCalls } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup } from "../support/harness.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";

const seen: Record<string, unknown>[] = [];
beforeEach(() => void (seen.length = 0));

const note =
  (failures = 0) =>
  (_ctx: unknown, args: Record<string, unknown>) => {
    if (seen.push(args) <= failures) throw new Error("not yet");
    return "ran";
  };

async function run(...keys: string[]) {
  const app = setup();
  callsTool(...keys);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  return { app, threadId };
}

test("a handler with identity receives which call it runs for; the key is the same over all attempts", async () => {
  setSyncTool({ identity: true } as never);
  program.run = note(1);
  const { threadId } = await run("a");
  const { idempotencyKey } = seen[0]!.toolCall as ToolCallIdentity;
  const call = { threadId, toolCallId: "a", toolName: "tool", idempotencyKey, owner: null, sender: null };
  expect(seen).toEqual([
    { key: "a", toolCall: { ...call, attempt: 1 } },
    { key: "a", toolCall: { ...call, attempt: 2 } },
  ]);
});

test("no two calls share a key, in one step or in two threads", async () => {
  setSyncTool({ identity: true } as never);
  program.run = note();
  const { app } = await run("a", "b");
  const other = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(other);
  const keys = seen.map(({ toolCall }) => (toolCall as ToolCallIdentity).idempotencyKey);
  expect(new Set(keys).size).toBe(4);
});

test("an async tool's callback receives the same, along with the call", async () => {
  setAsyncTool({ identity: true } as never);
  program.run = note();
  const app = setup();
  callsTool("a");
  await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(10_000);
  expect(Object.keys(seen[0]!).toSorted()).toEqual([
    "args",
    "attempt",
    "idempotencyKey",
    "owner",
    "sender",
    "threadId",
    "toolCallId",
    "toolName",
  ]);
});

test("a long handler can check whether its result is still wanted", async () => {
  setSyncTool({ identity: true } as never);
  const answers: boolean[] = [];
  let identity: ToolCallIdentity;
  program.run = async (ctx, { toolCall }) => {
    identity = toolCall as ToolCallIdentity;
    for (let i = 0; i < 2; i++) {
      answers.push(await isToolCallWanted(ctx as never, component, identity));
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
  };
  const app = setup();
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(30_000, async () => answers.length === 1);
  await app.mutation(api.stopThread, { threadId });
  const { idempotencyKey, attempt } = identity!;
  const atOnce = app.inComponent((ctx) =>
    ctx.runQuery(anyApi.toolCalls!.isWanted as never, { idempotencyKey, attempt } as never),
  );
  expect(await atOnce, "before the cleanup has reached the call").toBe(false);
  await app.advance(30_000);
  expect(answers).toEqual([true, false]);
});

test("a tool's own action decides which errors are worth another attempt", async () => {
  setSyncTool({ retry: { maxAttempts: 5, shouldRetryError: anyApi.programmable!.decide as never } });
  program.run = note(5);
  const asked: Record<string, unknown>[] = [];
  program.decide = (args) => asked.push(args) < 3;
  const { app, threadId } = await run("a");
  expect(seen).toHaveLength(3);
  expect(asked[0]).toEqual({
    threadId,
    toolCallId: "a",
    toolName: "tool",
    args: { key: "a" },
    error: "not yet",
    attempt: 1,
    maxAttempts: 5,
  });
  expect((await app.transcript(threadId)).join()).toContain("output-error");
});

test("exponential backoff doubles, up to its bound", async () => {
  const backoff = {
    strategy: "exponential",
    initialDelayMs: 1_000,
    maxDelayMs: 3_000,
    jitter: false,
  } as const;
  setSyncTool({ retry: { maxAttempts: 5, backoff } });
  const times: number[] = [];
  program.run = () => {
    times.push(Date.now());
    throw new Error("again");
  };
  await run("a");
  expect(times.slice(1).map((time, i) => time - times[i]!)).toEqual([1_000, 2_000, 3_000, 3_000]);
});

test("a large result is stored as a file if the tool has the option, and is deleted with its thread", async () => {
  setSyncTool({ storeLargeResults: true });
  program.run = () => ({ text: "x".repeat(2_000_000) });
  const { app, threadId } = await run("a");
  const [part] = (await app.query(api.listMessages, { threadId }))
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === "tool-tool");
  expect(part).toMatchObject({ state: "output-available", output: { bytes: 2_000_011 } });
  const files = () => app.inComponent((ctx) => ctx.db.system.query("_storage").collect());
  expect(await files()).toHaveLength(1);
  await app.mutation(api.deleteThread, { threadId });
  await app.advance(30_000);
  expect(await files()).toEqual([]);
});

test("toModelOutput decides what the model receives of a result", async () => {
  setSyncTool({
    toModelOutput: ({ output }: { output: unknown }) => ({ type: "text", value: `It ${String(output)}!` }),
  } as never);
  program.run = note();
  await run("a");
  expect(modelCalls[1]!.prompt.at(-1)!.content).toMatchObject([
    { output: { type: "text", value: "It ran!" } },
  ]);
});

test.each([
  ["a Date", () => ({ at: new Date(0) })],
  ["a Map", () => new Map([["a", 1]])],
  ["an instance of a class", () => new URL("https://example.com")],
  ["a key that Convex refuses", () => ({ $ref: 1 })],
])(
  "a result that Convex cannot return, %s, is a clear error outcome, and the tool is not run again",
  async (_name, result) => {
    setSyncTool();
    program.run = () => {
      seen.push({});
      return result();
    };
    const { app, threadId } = await run("a");
    expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
    expect((await app.transcript(threadId)).join()).toMatch(/output-error.*(Convex|Field name)/);
    expect(seen).toHaveLength(1);
  },
);
