import { createFunctionHandle, type WithoutSystemFields } from "convex/server";
import type { ToolCallEffect } from "../machines/effects.js";
import type { ToolCallEvent } from "../machines/events.js";
import { TOOL_BACKOFF, backoffMs } from "../machines/retry.js";
import { stepToolCall } from "../machines/snapshot.js";
import { toolCallStatus } from "../machines/status.js";
import { storedToolCall, toolCallSnapshot } from "../machines/stored.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { cancelJob, enqueueAction } from "./jobs.js";
import type { Job } from "./validators.js";

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
  const { snapshot, effects, accepted } = stepToolCall(toolCallSnapshot(before.snapshot), event);
  const row: ToolCallRow = { ...before, snapshot: storedToolCall(snapshot) };
  for (const effect of effects) await runToolCallEffect(ctx, row, effect);
  if (toolCallStatus(snapshot) !== "pending") forgetHowToRun(row);
  return { row, accepted, report: effects.some(({ type }) => type === "reportSettled") };
}

/** A call that has its outcome is kept for good, so what it took to run it goes. */
function forgetHowToRun(row: ToolCallRow): void {
  Object.assign(row, { pending: undefined, options: undefined, pool: undefined, job: undefined });
}

async function runToolCallEffect(ctx: MutationCtx, row: ToolCallRow, effect: ToolCallEffect): Promise<void> {
  const { threadId, position, index } = row;
  const call = { threadId, position, index };
  switch (effect.type) {
    case "executeTool":
      row.job = await enqueueTool(ctx, row, effect.params);
      return;
    case "scheduleToolRetry": {
      const { epoch, attempt } = effect.params;
      const delay = backoffMs(row.options?.backoff ?? TOOL_BACKOFF, { attempt, random: Math.random() });
      row.job = await ctx.scheduler.runAfter(delay, internal.toolEvents.retryDue, { call, epoch });
      return;
    }
    case "armDeadline": {
      const { ms, deadline } = effect.params;
      await cancelJob(ctx, row.deadline?.job);
      row.deadline = undefined;
      if (ms === null) return;
      const job = await ctx.scheduler.runAfter(ms, internal.toolEvents.deadlinePassed, { call, deadline });
      row.deadline = { job, at: Date.now() + ms };
      return;
    }
    case "cancelDeadline":
      await cancelJob(ctx, row.deadline?.job);
      row.deadline = undefined;
      return;
    case "cancelExecutor":
      await cancelJob(ctx, row.job);
      return;
    case "reportSettled":
      return;
  }
}

/** Schedules one run of a tool's handler, with all that the executor needs, so that it has nothing to read. */
async function enqueueTool(
  ctx: MutationCtx,
  row: ToolCallRow,
  { epoch, attempt }: { epoch: number; attempt: number },
): Promise<Job> {
  const { threadId, position, index, toolCallId, toolName, options, pool, snapshot } = row;
  const input = row.input as unknown;
  const call = { threadId, position, index };
  const { handler, classify, identity, storeLargeResults } = options!;
  const { kind, maxAttempts } = toolCallSnapshot(snapshot).context;
  const named = { threadId, toolCallId, toolName };
  const told = { attempt, idempotencyKey: `${threadId}:${position}:${index}` };
  const args: unknown =
    kind === "async"
      ? { ...named, args: input, ...(identity && told) }
      : identity
        ? { ...(input as object), toolCall: { ...named, ...told } }
        : input;
  return enqueueAction(
    ctx,
    await createFunctionHandle(internal.executor.run),
    {
      call,
      epoch,
      handler,
      args,
      storeLargeResults,
      classify: classify && {
        action: classify,
        args: { ...named, args: input, attempt, maxAttempts },
      },
    },
    { pool, onComplete: internal.toolEvents.jobEnded, context: { call, epoch } },
  );
}
