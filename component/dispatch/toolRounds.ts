import { createToolCallSnapshot } from "../../machines/snapshot.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { internal } from "../_generated/api.js";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded, type Bounded } from "../lib/bounded.js";
import { BATCH_ROWS } from "../lib/limits.js";
import { positionOf } from "../lib/position.js";
import { pendingCalls, toLoadedToolCall, type Round } from "../model/toolCalls.js";
import type { RequestedToolCall } from "../validators/thread.js";
import { stepInMemory, toRow, type ToolCallInMemory } from "./toolCallEffects.js";

/**
 * Stores the calls that a step asks for and starts them, each in one write. What is beyond a transaction's bound on scheduled
 * functions is stored now and started by a continuation; calls that cannot be run schedule nothing and have their outcome at
 * once.
 *
 * @param place - the turn and step of the answer that asked for them.
 * @param pool - the handle of the app's workpool for tools, if it has one.
 */
export async function insertToolCalls(
  ctx: MutationCtx,
  { threadId, generation }: Round,
  { turn, step }: { turn: number; step: number },
  requested: RequestedToolCall[],
  pool: string | undefined,
): Promise<void> {
  const position = positionOf(turn, step);
  for (const [index, { run, ...requestedCall }] of requested.entries()) {
    const policy = "policy" in run ? run.policy : DEFAULT_TOOL_POLICY;
    const call: ToolCallInMemory = {
      ...requestedCall,
      threadId,
      generation,
      position,
      index,
      snapshot: createToolCallSnapshot(policy),
      pending: true,
    };
    if ("options" in run) {
      const { keepInForks = true, ...options } = run.options;
      Object.assign(call, { options, pool, ...(!keepInForks && { keepInForks }) });
    }
    const startsNow = index < BATCH_ROWS || "rejected" in run;
    const row = startsNow ? (await stepInMemory(ctx, call, firstEvent(run))).row : toRow(call);
    await ctx.db.insert("toolCalls", row);
  }
  if (requested.length > BATCH_ROWS) await startLater(ctx, { threadId, generation }, BATCH_ROWS - 1);
}

const firstEvent = (run: RequestedToolCall["run"]): ToolCallEvent =>
  "rejected" in run ? { type: "REJECT", error: run.rejected } : { type: "START" };

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
    const { row } = await stepInMemory(ctx, toLoadedToolCall(call), event);
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
