import type { WithoutSystemFields } from "convex/server";
import type { ToolCallEffect } from "../machines/effects.js";
import type { ToolCallEvent } from "../machines/events.js";
import { TOOL_BACKOFF, backoffMs } from "../machines/retry.js";
import { stepToolCall } from "../machines/snapshot.js";
import { toolCallStatus } from "../machines/status.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { cancelJob } from "./jobs.js";

/** A tool call as stored, apart from what the database adds. */
export type ToolCallRow = WithoutSystemFields<Doc<"toolCalls">>;

/** What an event did to a tool call. */
interface ToolCallStep {
  row: ToolCallRow;
  accepted: boolean;
  /** The call has its outcome now: whoever wrote it looks whether it was the last of its step. */
  report: boolean;
}

/**
 * Takes a tool call through an event, in memory: the only maker of its snapshots. Effects run in this
 * transaction; the caller inserts or writes the row.
 */
export async function stepToolCallRow(
  ctx: MutationCtx,
  before: ToolCallRow,
  event: ToolCallEvent,
): Promise<ToolCallStep> {
  const { snapshot, effects, accepted } = stepToolCall(before.snapshot, event);
  const row = { ...before, snapshot, pending: toolCallStatus(snapshot) === "pending" };
  for (const effect of effects) await runToolCallEffect(ctx, row, effect);
  return { row, accepted, report: effects.some(({ type }) => type === "reportSettled") };
}

async function runToolCallEffect(ctx: MutationCtx, row: ToolCallRow, effect: ToolCallEffect): Promise<void> {
  const { threadId, position, index } = row;
  switch (effect.type) {
    case "executeTool":
      row.job = await ctx.scheduler.runAfter(0, internal.executor.run, {
        call: { threadId, position, index },
        epoch: effect.params.epoch,
        handler: row.handler!,
        args: handlerArgs(row),
      });
      return;
    case "scheduleToolRetry": {
      const { epoch, attempt } = effect.params;
      const delay = backoffMs(TOOL_BACKOFF, { attempt, random: Math.random() });
      row.job = await ctx.scheduler.runAfter(delay, internal.executor.retryDue, {
        call: { threadId, position, index },
        epoch,
      });
      return;
    }
    case "cancelExecutor":
      await cancelJob(ctx, row.job);
      return;
    case "reportSettled":
      return;
  }
}

/** A sync tool's handler gets the model's arguments; an async tool's callback also learns which call it is to answer. */
function handlerArgs({ threadId, toolCallId, toolName, input, snapshot }: ToolCallRow): unknown {
  return snapshot.context.kind === "sync"
    ? input
    : { threadId, toolCallId, toolName, args: input as unknown };
}
