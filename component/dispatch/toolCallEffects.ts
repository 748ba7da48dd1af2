import { createFunctionHandle, type WithoutSystemFields } from "convex/server";
import { TOOL_BACKOFF, backoffMs } from "../../machines/retry.js";
import { storeToolCall } from "../../machines/stored.js";
import type { ToolCallEffect } from "../../machines/toolCall/effects.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { pendingState } from "../../machines/toolCall/states.js";
import { stepToolCall } from "../../machines/step.js";
import { internal } from "../_generated/api.js";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { LoadedToolCall } from "../model/toolCalls.js";
import type { Job } from "../validators/thread.js";
import { cancelJob, enqueueAction } from "./jobs.js";

/** A tool call in memory, whether it is stored yet or not. */
export type ToolCallInMemory = Omit<LoadedToolCall, "_id" | "_creationTime">;

/** A tool call's row as it is to be written. */
type ToolCallRow = WithoutSystemFields<Doc<"toolCalls">>;

/** What an event did to a tool call. */
interface SteppedToolCall {
  row: ToolCallRow;
  accepted: boolean;
  /** The call has its outcome now: check whether it was the last of its step. */
  isSettled: boolean;
}

/**
 * Takes a tool call through an event, in memory: the only maker of its snapshots. Effects run in this transaction; the
 * caller inserts or writes the row.
 */
export async function stepInMemory(
  ctx: MutationCtx,
  before: ToolCallInMemory,
  event: ToolCallEvent,
): Promise<SteppedToolCall> {
  const { snapshot, effects, accepted } = stepToolCall(before.snapshot, event);
  const call: ToolCallInMemory = { ...before, snapshot };
  for (const effect of effects) await runToolCallEffect(ctx, call, effect);
  return {
    row: toRow(call),
    accepted,
    isSettled: effects.some(({ type }) => type === "reportSettled"),
  };
}

/** A call that has its outcome is kept for good, so what it took to run it is left out. */
export function toRow(call: ToolCallInMemory): ToolCallRow {
  const row = { ...call, snapshot: storeToolCall(call.snapshot) };
  if (pendingState(call.snapshot) !== null) return row;
  return { ...row, pending: undefined, options: undefined, pool: undefined, job: undefined };
}

async function runToolCallEffect(
  ctx: MutationCtx,
  call: ToolCallInMemory,
  effect: ToolCallEffect,
): Promise<void> {
  const { threadId, position, index } = call;
  const key = { threadId, position, index };
  switch (effect.type) {
    case "executeTool":
      call.job = await enqueueTool(ctx, call, effect.params);
      return;
    case "scheduleToolRetry": {
      const { epoch, attempt } = effect.params;
      const delay = backoffMs(call.options?.backoff ?? TOOL_BACKOFF, { attempt, random: Math.random() });
      call.job = await ctx.scheduler.runAfter(delay, internal.toolEvents.retryDue, { call: key, epoch });
      return;
    }
    case "armDeadline": {
      const { ms, deadline } = effect.params;
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      if (ms === null) return;
      const args = { call: key, deadline };
      const job = await ctx.scheduler.runAfter(ms, internal.toolEvents.deadlinePassed, args);
      call.deadline = { job, at: Date.now() + ms };
      return;
    }
    case "cancelDeadline":
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      return;
    case "cancelExecutor":
      await cancelJob(ctx, call.job);
      return;
    case "reportSettled":
      return;
  }
}

/** Schedules one run of a tool's handler, with all that the executor needs, so that it has nothing to read. */
async function enqueueTool(
  ctx: MutationCtx,
  call: ToolCallInMemory,
  { epoch, attempt }: { epoch: number; attempt: number },
): Promise<Job> {
  const { threadId, position, index, toolCallId, toolName, options, pool, snapshot } = call;
  const input = call.input as unknown;
  const key = { threadId, position, index };
  const { handler, classify, identity, storeLargeResults } = options!;
  const { kind, maxAttempts } = snapshot.context;
  const named = { threadId, toolCallId, toolName };
  const attemptIdentity = { attempt, idempotencyKey: `${threadId}:${position}:${index}` };
  const args: unknown =
    kind === "async"
      ? { ...named, args: input, ...(identity && attemptIdentity) }
      : identity
        ? { ...(input as object), toolCall: { ...named, ...attemptIdentity } }
        : input;
  return enqueueAction(
    ctx,
    await createFunctionHandle(internal.executor.run),
    {
      call: key,
      epoch,
      handler,
      args,
      storeLargeResults,
      classify: classify && {
        action: classify,
        args: { ...named, args: input, attempt, maxAttempts },
      },
    },
    { pool, onComplete: internal.toolEvents.jobEnded, context: { call: key, epoch } },
  );
}
