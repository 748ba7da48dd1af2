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
import { plainMessage } from "../lib/errorText.js";
import { MAX_CALLS_AT_ONCE } from "../lib/limits.js";
import { callByKey, roundIsAwaited, type LoadedToolCall } from "../model/toolCalls.js";
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
  const call: ToolCallInMemory = { ...before };
  const events = [event];
  let accepted = false;
  let isSettled = false;
  for (const next of events) {
    const step = stepToolCall(call.snapshot, next);
    accepted ||= step.accepted;
    call.snapshot = step.snapshot;
    for (const effect of step.effects) {
      isSettled ||= effect.type === "reportSettled";
      const following = await runToolCallEffect(ctx, call, effect);
      if (following) events.push(following);
    }
  }
  return { row: toRow(call), accepted, isSettled };
}

/** A call that has its outcome is kept for good, so what it took to run it is left out. */
export function toRow(call: ToolCallInMemory): ToolCallRow {
  const row = { ...call, snapshot: storeToolCall(call.snapshot) };
  if (pendingState(call.snapshot) !== null) return row;
  return {
    ...row,
    pending: undefined,
    options: undefined,
    pool: undefined,
    job: undefined,
    seenRunningAt: undefined,
  };
}

/** Does what a transition asks for. Returns the event that follows at once, if there is one. */
async function runToolCallEffect(
  ctx: MutationCtx,
  call: ToolCallInMemory,
  effect: ToolCallEffect,
): Promise<ToolCallEvent | null> {
  const { threadId, position, index } = call;
  const key = { threadId, position, index };
  switch (effect.type) {
    case "executeTool":
      call.seenRunningAt = undefined;
      try {
        call.job = await enqueueTool(ctx, call, effect.params);
        return null;
      } catch (error) {
        call.job = undefined;
        const message = `The app's workpool did not take this tool call: ${plainMessage(error)}`;
        return {
          type: "ENQUEUE_FAILED",
          epoch: effect.params.epoch,
          error: { code: "workpool_failed", message },
        };
      }
    case "scheduleToolRetry": {
      const { epoch, attempt } = effect.params;
      const delay = backoffMs(call.options?.backoff ?? TOOL_BACKOFF, { attempt, random: Math.random() });
      call.job = await ctx.scheduler.runAfter(delay, internal.toolEvents.retryDue, { call: key, epoch });
      return null;
    }
    case "armDeadline": {
      const { ms, deadline } = effect.params;
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      if (ms === null) return null;
      const args = { call: key, deadline };
      const job = await ctx.scheduler.runAfter(ms, internal.toolEvents.deadlinePassed, args);
      call.deadline = { job, at: Date.now() + ms };
      return null;
    }
    case "cancelDeadline":
      await cancelJob(ctx, call.deadline?.job);
      call.deadline = undefined;
      return null;
    case "cancelExecutor":
      await cancelJob(ctx, call.job);
      return null;
    case "startNext":
      if (effect.params.frees) await startNext(ctx, call);
      return null;
    case "reportSettled":
      return null;
  }
}

/**
 * Starts the next call of a step that waits for a place. Calls have their places in turn: the one at index i gives its place to
 * the one at i + {@link MAX_CALLS_AT_ONCE}, so that calls that end at the same time start different ones.
 */
async function startNext(ctx: MutationCtx, { threadId, position, index }: ToolCallInMemory): Promise<void> {
  for (let at = index + MAX_CALLS_AT_ONCE; ; at += MAX_CALLS_AT_ONCE) {
    const next = await callByKey(ctx, { threadId, position, index: at });
    if (!next) return;
    if (pendingState(next.snapshot) !== "requested") continue;
    if (!(await roundIsAwaited(ctx, next))) return;
    const { row } = await stepInMemory(ctx, next, { type: "START" });
    await ctx.db.patch("toolCalls", next._id, row);
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
