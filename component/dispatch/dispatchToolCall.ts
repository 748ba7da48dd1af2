import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { loadThread } from "../model/threads.js";
import { roundIsSettled, type LoadedToolCall } from "../model/toolCalls.js";
import { dispatch } from "./dispatchThread.js";
import { stepInMemory } from "./toolCallEffects.js";

/** What comes with an event: a result, the file that holds it, or arguments that a person edited. */
export type ToolCallWrites = Partial<Pick<Doc<"toolCalls">, "input" | "output" | "file">> & {
  /** The call's deadline is the job that runs now: it must not cancel itself. */
  deadline?: undefined;
};

/**
 * Takes a stored tool call through an event. The call that gets its step's last outcome sends the thread TOOLS_SETTLED: once a
 * step, however many calls there are.
 *
 * @returns false if the event is stale or means nothing now; then nothing was written.
 */
export async function dispatchToolCall(
  ctx: MutationCtx,
  call: LoadedToolCall,
  event: ToolCallEvent,
  writes: ToolCallWrites = {},
): Promise<boolean> {
  const { accepted, isSettled } = await stepStored(ctx, call, event, writes);
  if (isSettled) await endRound(ctx, call);
  return accepted;
}

/**
 * Takes several calls of one step through an event each. Whether the step has all outcomes is looked up once: the next call without
 * one, which that reads, may be large.
 */
export async function dispatchToolCalls(
  ctx: MutationCtx,
  dispatched: { call: LoadedToolCall; event: ToolCallEvent }[],
): Promise<void> {
  let settled: LoadedToolCall | undefined;
  for (const { call, event } of dispatched)
    if ((await stepStored(ctx, call, event)).isSettled) settled = call;
  if (settled) await endRound(ctx, settled);
}

async function stepStored(
  ctx: MutationCtx,
  call: LoadedToolCall,
  event: ToolCallEvent,
  writes: ToolCallWrites = {},
): Promise<{ accepted: boolean; isSettled: boolean }> {
  const { row, accepted, isSettled } = await stepInMemory(ctx, { ...call, ...writes }, event);
  if (!accepted) return { accepted, isSettled };
  const { snapshot, pending, options, pool, job, seenRunningAt, deadline } = row;
  const noted = { snapshot, pending, options, pool, job, seenRunningAt, deadline };
  await ctx.db.patch("toolCalls", call._id, { ...writes, ...noted });
  return { accepted, isSettled };
}

/** Tells the thread when every call of a step has its outcome. */
async function endRound(ctx: MutationCtx, { threadId, generation }: LoadedToolCall): Promise<void> {
  if (!(await roundIsSettled(ctx, { threadId, generation }))) return;
  const thread = await loadThread(ctx, threadId);
  if (thread) await dispatch(ctx, thread, { type: "TOOLS_SETTLED", generation });
}
