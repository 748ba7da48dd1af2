import { v, type Infer } from "convex/values";
import { createToolCallSnapshot, type ToolCallSnapshot } from "../../machines/snapshot.js";
import { stepToolCall } from "../../machines/step.js";
import { restoreToolCall, storeToolCall } from "../../machines/stored.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { BEGINNING, isToolCall, rowsFrom, rowsUpTo, type HistoryRow } from "../model/history.js";
import { deleteToolCall } from "../model/toolCalls.js";
import type { Cursor } from "../validators/message.js";

const vPlace = v.object({ position: v.number(), creationTime: v.number() });
export const vTruncation = v.object({ from: vPlace, turn: v.number(), revision: v.number() });
export const vCopy = v.object({ source: v.string(), upTo: vPlace, revision: v.number() });

/**
 * Deletes a thread's history from a place on, newest first: a batch now and the rest in continuations. What was sent for a
 * later turn than the given one stays.
 *
 * @returns true when all of it is deleted.
 */
export async function truncate(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  truncation: Infer<typeof vTruncation>,
): Promise<boolean> {
  const { rows, more } = await takeBounded(rowsFrom(ctx, threadId, truncation));
  for (const row of rows) {
    if (isToolCall(row)) await deleteToolCall(ctx, row);
    else await ctx.db.delete("messages", row._id);
  }
  if (more) await ctx.scheduler.runAfter(0, internal.historyBatches.truncateMore, { threadId, truncation });
  return !more;
}

/**
 * Copies another thread's history up to and with a place, oldest first: a batch now and the rest in continuations. A tool
 * call without an outcome is cancelled in the copy.
 *
 * @param after - the row that was copied last.
 * @returns true when all of it is copied.
 */
export async function copyHistory(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  copy: Infer<typeof vCopy>,
  after: Cursor = BEGINNING,
): Promise<boolean> {
  const source = ctx.db.normalizeId("threads", copy.source);
  if (!source) return true;
  const { rows, more } = await takeBounded(rowsUpTo(ctx, source, copy.upTo, after));
  for (const { row } of rows) await insertCopy(ctx, threadId, row);
  if (more) {
    const next = { threadId, copy, after: rows.at(-1)!.cursor };
    await ctx.scheduler.runAfter(0, internal.historyBatches.copyMore, next);
  }
  return !more;
}

/** No stream of a thread has this generation: nothing waits for a call that was copied. */
const NO_GENERATION = 0;

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
    const { _id, _creationTime, streamed: _streamed, ...message } = row;
    await ctx.db.insert("messages", { ...message, threadId });
    return;
  }
  const { position, index, toolCallId, toolName, file, keepInForks } = row;
  const isLeftOut = keepInForks === false;
  const outcome = isLeftOut ? {} : { output: row.output as unknown, file };
  await ctx.db.insert("toolCalls", {
    threadId,
    generation: NO_GENERATION,
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
