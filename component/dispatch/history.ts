import { createToolCallSnapshot, type ToolCallSnapshot } from "../../machines/snapshot.js";
import { stepToolCall } from "../../machines/step.js";
import { restoreToolCall, storeToolCall } from "../../machines/stored.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { BEGINNING, isToolCall, rowsFrom, rowsUpTo, type HistoryRow } from "../model/history.js";
import type { LoadedThread } from "../model/threads.js";
import { COPIED, deleteToolCall } from "../model/toolCalls.js";
import { keptData } from "../model/toolData.js";
import type { Cursor } from "../validators/message.js";
import type { Copy, Edit, Truncation } from "../validators/thread.js";
import { cancelUnawaited } from "./toolRounds.js";

/**
 * Deletes the next batch of what an edit takes out of a history, newest first. What was sent for a later turn stays. First come
 * batches that cancel the calls which nobody awaits any more, with their executors and deadlines.
 *
 * @returns the edit as far as it has come, or null when it is finished.
 */
export async function truncateBatch(
  ctx: MutationCtx,
  thread: LoadedThread,
  truncation: Truncation,
): Promise<Edit | null> {
  if (!(await cancelUnawaited(ctx, thread))) return { truncation };
  const { rows, more } = await takeBounded(rowsFrom(ctx, thread._id, truncation));
  for (const row of rows) {
    if (isToolCall(row)) await deleteToolCall(ctx, row);
    else await ctx.db.delete("messages", row._id);
  }
  return more ? { truncation } : null;
}

/**
 * Copies the next batch of another thread's history, oldest first. A tool call without an outcome is cancelled in the copy.
 *
 * @param after - the row that was copied last.
 * @returns the edit as far as it has come, or null when it is finished.
 */
export async function copyBatch(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  copy: Copy,
  after: Cursor = BEGINNING,
): Promise<Edit | null> {
  const source = ctx.db.normalizeId("threads", copy.source);
  if (!source) return null;
  const { rows, more } = await takeBounded(rowsUpTo(ctx, source, copy.upTo, after));
  for (const { row } of rows) await insertCopy(ctx, threadId, row);
  return more ? { copy, after: rows.at(-1)!.cursor } : null;
}

/** Schedules the next batch of an edit, and notes it on the thread's row, so that it can be found dead. */
export async function continueEdit(ctx: MutationCtx, thread: LoadedThread, edit: Edit): Promise<void> {
  thread.edit = edit;
  thread.jobs.edit = await ctx.scheduler.runAfter(0, internal.historyBatches.next, {
    threadId: thread._id,
    revision: revisionOf(edit),
  });
}

const revisionOf = (edit: Edit): number => ("copy" in edit ? edit.copy.revision : edit.truncation.revision);

/** A call that has no outcome in the source gets none in the copy. */
const settled = (snapshot: ToolCallSnapshot) => stepToolCall(snapshot, { type: "CANCEL" }).snapshot;

/** The copy of a call whose tool does not allow its outcome to be used again. */
const LEFT_OUT = stepToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY), {
  type: "REJECT",
  error: {
    code: "left_out",
    message: "This outcome was not copied into the fork. Call the tool again if it is needed.",
  },
}).snapshot;

async function insertCopy(ctx: MutationCtx, threadId: Id<"threads">, row: HistoryRow): Promise<void> {
  if (!isToolCall(row)) {
    const { _id, _creationTime, streamed: _streamed, key: _key, ...message } = row;
    await ctx.db.insert("messages", { ...message, threadId });
    return;
  }
  const { position, index, toolCallId, toolName, file, keepInForks } = row;
  const isLeftOut = keepInForks === false;
  const outcome = isLeftOut ? {} : { output: row.output as unknown, file, data: keptData(row.data) };
  await ctx.db.insert("toolCalls", {
    threadId,
    generation: COPIED,
    position,
    index,
    toolCallId,
    toolName,
    input: row.input as unknown,
    snapshot: storeToolCall(isLeftOut ? LEFT_OUT : settled(restoreToolCall(row.snapshot))),
    keepInForks,
    ...outcome,
  });
}
