import { createToolCallSnapshot, DEFAULT_TOOL_POLICY, storeToolCall } from "convex-durable-agents/machines";
import { expect, test } from "vitest";
import { MAX_CALLS_AT_ONCE, MAX_CALLS_OF_EXECUTOR } from "../../component/lib/limits.js";
import { overrides } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import type { Measured } from "../support/meter.js";

/** A turn with one step of that many parallel calls, and what its transactions cost. */
async function runCalls(app: App, measured: Measured[], count: number) {
  measured.length = 0;
  const keys = Array.from({ length: count }, (_, i) => `${i}`);
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...keys.flatMap((key) => calls("record", { key }, key)), ...ends("tool-calls")],
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  return threadId;
}

const OTHER_ROWS = 100_000;

/** Pending calls of other rounds. */
function insertOtherRows(app: App, from: number, count: number): Promise<void> {
  return app.inComponent(async (ctx) => {
    const threadId = (await ctx.db.query("threads").first())!._id;
    for (let index = from; index < from + count; index++)
      await ctx.db.insert("toolCalls", {
        threadId,
        position: 9_000_000 + index,
        index: 0,
        generation: 1_000 + index,
        toolCallId: `other-${index}`,
        toolName: "record",
        input: null,
        snapshot: storeToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY)),
        pending: true,
      });
  });
}

/** What the last settle of a step writes besides: the thread's row, its log and its watchdog. */
const LAST_ONE = 3;

const docsRead = (measured: Measured[], name: string) =>
  measured.filter((one) => one.name === name).map(({ metrics }) => metrics.documentsRead.used);

test("1,000 parallel calls of one step settle; no transaction nears a limit", async () => {
  const measured: Measured[] = [];
  const app = setup({ measured });
  overrides.slice = 0;
  const threadId = await runCalls(app, measured, 1_000);
  expect(new Set(sideEffects).size).toBe(1_000);
  expect(sideEffects).toHaveLength(1_000);
  const messages = await app.query(api.listMessages, { threadId });
  const outcomes = messages.flatMap(({ parts }) => parts).filter((part) => "toolCallId" in part);
  expect(outcomes.filter(({ state }) => state === "output-available")).toHaveLength(1_000);

  const written = measured
    .filter(({ name }) => name === "toolEvents:settle")
    .map(({ metrics }) => metrics.documentsWritten.used);
  const started = 1_000 - MAX_CALLS_AT_ONCE;
  expect(
    written.reduce((sum, count) => sum + count),
    "settles write the rows of their calls and of those that they start, and the last one the thread's",
  ).toBe(1_000 + started + LAST_ONE);
  expect(Math.max(...written)).toBeLessThanOrEqual(2 * MAX_CALLS_OF_EXECUTOR);
  for (const { name, metrics } of measured)
    for (const [limit, { used, remaining }] of Object.entries(metrics))
      expect(used / (used + remaining), `${name}: ${limit}`).toBeLessThan(0.5);
}, 120_000);

test("a settle reads the same few documents whatever the number of calls, and of other threads' rows", async () => {
  const measured: Measured[] = [];
  const app = setup({ measured });
  const mostRead = async (count: number) => {
    await runCalls(app, measured, count);
    return Math.max(...docsRead(measured, "toolEvents:settle"));
  };
  const few = await mostRead(10);
  // More than run at a time: each that settles starts another one.
  const many = await mostRead(150);
  expect(await mostRead(400)).toBe(many);
  expect(many, "of each call of an executor, and besides").toBeLessThanOrEqual(4 * MAX_CALLS_OF_EXECUTOR + 2);
  for (let written = 0; written < OTHER_ROWS; written += 10_000) await insertOtherRows(app, written, 10_000);
  expect(await mostRead(10)).toBe(few);
}, 120_000);
