import { getConvexSize, type Value } from "convex/values";
import type { ToolCallEvent } from "../machines/events.js";
import { createToolCallSnapshot } from "../machines/snapshot.js";
import { storedToolCall } from "../machines/stored.js";
import { DEFAULT_TOOL_POLICY } from "../machines/toolCallContext.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { takeBounded, type Bounded } from "./budget.js";
import type { LoadedThread } from "./dispatch.js";
import { BATCH_ROWS, MAX_CONTENT_BYTES } from "./limits.js";
import { positionOf } from "./position.js";
import { pendingCalls, type Round } from "./round.js";
import { stepToolCallRow, type ToolCallRow } from "./toolCallDispatch.js";
import type { RequestedToolCall } from "./validators.js";

/** Whether a call's row can hold this outcome beside the call's arguments. */
export const fitsIn = ({ input }: Pick<ToolCallRow, "input">, outcome: unknown): boolean =>
  getConvexSize(outcome as Value) + getConvexSize(input as Value) <= MAX_CONTENT_BYTES;

/**
 * Stores the calls that a step asks for and starts them, each in one write. What is beyond a transaction's
 * bound on scheduled functions is stored now and started by a continuation; calls that cannot be run schedule
 * nothing and have their outcome at once.
 */
export async function insertToolCalls(
  ctx: MutationCtx,
  { _id: threadId, snapshot, app: { pools } }: LoadedThread,
  requested: RequestedToolCall[],
): Promise<void> {
  const { generation, turn, steps } = snapshot.context;
  for (const [index, { run, ...call }] of requested.entries()) {
    const row: ToolCallRow = {
      ...call,
      threadId,
      generation,
      position: positionOf(turn, steps),
      index,
      snapshot: storedToolCall(createToolCallSnapshot("policy" in run ? run.policy : DEFAULT_TOOL_POLICY)),
      pending: true,
    };
    if ("options" in run) {
      const { keepInForks = true, ...options } = run.options;
      Object.assign(row, { options, pool: pools.tools, ...(!keepInForks && { keepInForks }) });
    }
    const now = index < BATCH_ROWS || "rejected" in run;
    await ctx.db.insert("toolCalls", now ? await started(ctx, row, run) : row);
  }
  if (requested.length > BATCH_ROWS) await startLater(ctx, { threadId, generation }, BATCH_ROWS - 1);
}

async function started(
  ctx: MutationCtx,
  row: ToolCallRow,
  run: RequestedToolCall["run"],
): Promise<ToolCallRow> {
  const event =
    "rejected" in run ? ({ type: "REJECT", error: run.rejected } as const) : ({ type: "START" } as const);
  return (await stepToolCallRow(ctx, row, event)).row;
}

async function startLater(ctx: MutationCtx, round: Round, after: number): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.toolEvents.startMore, { ...round, after });
}

/** Takes a batch of the calls that have no outcome through an event. */
async function stepPending(
  ctx: MutationCtx,
  round: Round,
  event: ToolCallEvent,
  after?: number,
): Promise<Bounded<Doc<"toolCalls">>> {
  const batch = await takeBounded(pendingCalls(ctx, round, after));
  for (const call of batch.rows) {
    const { row } = await stepToolCallRow(ctx, call, event);
    await ctx.db.patch("toolCalls", call._id, row);
  }
  return batch;
}

/** Starts a batch of the calls that insertToolCalls left for later. */
export async function startBatch(ctx: MutationCtx, round: Round, after: number): Promise<void> {
  const { rows, more } = await stepPending(ctx, round, { type: "START" }, after);
  if (more) await startLater(ctx, round, rows.at(-1)!.index);
}

/** Cancels a batch of the calls of a round that have no outcome, and schedules the next batch if there are more. */
export async function cancelToolCalls(ctx: MutationCtx, round: Round): Promise<void> {
  const { more } = await stepPending(ctx, round, { type: "CANCEL" });
  if (more) await ctx.scheduler.runAfter(0, internal.toolEvents.cancelMore, { ...round });
}
