import { createToolCallSnapshot } from "../../machines/snapshot.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { MAX_CALLS_AT_ONCE, MAX_CALLS_OF_HANDLER } from "../lib/limits.js";
import { positionOf } from "../lib/position.js";
import { deleteToolCall, toLoadedToolCall, unawaitedCalls, type Round } from "../model/toolCalls.js";
import type { LoadedThread } from "../model/threads.js";
import type { RequestedToolCall } from "../validators/thread.js";
import { CallBatch, type ToolCallInMemory } from "./callBatch.js";
import { mayBeTaken, optionsToKeep } from "./callSharing.js";

/** How the calls of a step are run. */
interface Running {
  /** The handle of the app's workpool for tools, if it has one. */
  pool: string | undefined;
  /** The step's stream handler runs some of them itself. */
  handlerTakes: boolean;
}

/**
 * Stores the calls that a step asks for and starts as many as may run at a time, each in one write. The others are stored and
 * started one by one, as calls before them end. Calls that cannot be run have their outcome at once.
 *
 * @param place - the turn and step of the answer that asked for them.
 * @returns the calls that the stream handler runs, by their index, and whether all calls have their outcomes already.
 */
export async function insertToolCalls(
  ctx: MutationCtx,
  { threadId, generation }: Round,
  { turn, step }: { turn: number; step: number },
  requested: RequestedToolCall[],
  { pool, handlerTakes }: Running,
): Promise<{ taken: number[]; isSettled: boolean }> {
  const position = positionOf(turn, step);
  const batch = new CallBatch(ctx);
  const placesTaken = new Set<number>();
  const taken: number[] = [];
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
    batch.note(call);
    if ("rejected" in run) {
      await batch.step(call, { type: "REJECT", error: run.rejected });
      continue;
    }
    const place = index % MAX_CALLS_AT_ONCE;
    if (placesTaken.has(place)) continue;
    if (!policy.needsApproval && policy.kind !== "external") placesTaken.add(place);
    const isTaken = handlerTakes && taken.length < MAX_CALLS_OF_HANDLER && mayBeTaken(call);
    if (!isTaken) {
      await batch.step(call, { type: "START" });
      continue;
    }
    taken.push(index);
    await batch.step({ ...call, options: optionsToKeep(call) }, { type: "TAKEN" });
  }
  await batch.write();
  return { taken, isSettled: batch.isSettled };
}

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
  const { rows, more } = await takeBounded(unawaitedCalls(ctx, thread), CANCELLED);
  const batch = new CallBatch(ctx, { isUnawaited: true });
  for (const call of rows) {
    await batch.step(toLoadedToolCall(call), { type: "CANCEL" });
    if (deletes) await deleteToolCall(ctx, call);
  }
  if (!deletes) await batch.write();
  return !more;
}

/** Each of them may have a job and a deadline to cancel, whose records are read as well, so a batch is small. */
const CANCELLED = { maxRows: 100, maxBytes: 3 * 1024 * 1024 };
