import { createToolCallSnapshot } from "../../machines/snapshot.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { MAX_CALLS_AT_ONCE } from "../lib/limits.js";
import { positionOf } from "../lib/position.js";
import { deleteToolCall, toLoadedToolCall, unawaitedCalls, type Round } from "../model/toolCalls.js";
import type { LoadedThread } from "../model/threads.js";
import type { RequestedToolCall } from "../validators/thread.js";
import { stepInMemory, toRow, type ToolCallInMemory } from "./toolCallEffects.js";

/**
 * Stores the calls that a step asks for and starts as many as may run at a time, each in one write. The others are stored and
 * started one by one, as calls before them end. Calls that cannot be run have their outcome at once.
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
  const taken = new Set<number>();
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
    const place = index % MAX_CALLS_AT_ONCE;
    const startsNow = "rejected" in run || !taken.has(place);
    if ("policy" in run && startsNow && !policy.needsApproval) taken.add(place);
    const row = startsNow ? (await stepInMemory(ctx, call, firstEvent(run))).row : toRow(call);
    await ctx.db.insert("toolCalls", row);
  }
}

const firstEvent = (run: RequestedToolCall["run"]): ToolCallEvent =>
  "rejected" in run ? { type: "REJECT", error: run.rejected } : { type: "START" };

/**
 * Cancels a batch of the calls without an outcome that nobody awaits any more.
 *
 * @param deletes - whether they are deleted as well, with all that is scheduled for them.
 * @returns true when there are no more.
 */
export async function cancelUnawaited(
  ctx: MutationCtx,
  thread: LoadedThread,
  deletes = false,
): Promise<boolean> {
  const { rows, more } = await takeBounded(unawaitedCalls(ctx, thread), { maxRows: MAX_CANCELLED });
  for (const call of rows) {
    const { row } = await stepInMemory(ctx, toLoadedToolCall(call), { type: "CANCEL" });
    if (deletes) await deleteToolCall(ctx, call);
    else await ctx.db.patch("toolCalls", call._id, row);
  }
  return !more;
}

/** Each of them may have a job and a deadline to cancel, so a batch is small. */
const MAX_CANCELLED = 100;
