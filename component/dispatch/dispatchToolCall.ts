import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import type { MutationCtx } from "../_generated/server.js";
import { loadThread } from "../model/threads.js";
import { roundIsSettled, type LoadedToolCall } from "../model/toolCalls.js";
import { CallBatch, type ToolCallWrites } from "./callBatch.js";
import { dispatch } from "./dispatchThread.js";

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
  const batch = new CallBatch(ctx);
  const isAccepted = await batch.step(call, event, writes);
  await finish(batch);
  return isAccepted;
}

/** Writes what a batch has changed, and tells the thread when every call of the step has its outcome. */
export async function finish(batch: CallBatch): Promise<void> {
  await batch.write();
  const { ctx, settled } = batch;
  if (!settled || !(await roundIsSettled(ctx, settled))) return;
  const thread = await loadThread(ctx, settled.threadId);
  if (thread) await dispatch(ctx, thread, { type: "TOOLS_SETTLED", generation: settled.generation });
}

/**
 * Takes several calls of one step through an event each. Whether the step has all outcomes is looked up once: the next call without
 * one, which that reads, may be large.
 */
export async function dispatchToolCalls(
  ctx: MutationCtx,
  dispatched: { call: LoadedToolCall; event: ToolCallEvent }[],
): Promise<void> {
  const batch = new CallBatch(ctx);
  for (const { call, event } of dispatched) await batch.step(call, event);
  await finish(batch);
}
