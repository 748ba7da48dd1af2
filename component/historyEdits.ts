import { v, type Infer } from "convex/values";
import type { Place } from "../machines/events.js";
import { createToolCallSnapshot, stepToolCall, type ToolCallSnapshot } from "../machines/snapshot.js";
import { storedToolCall, toolCallSnapshot } from "../machines/stored.js";
import { DEFAULT_TOOL_POLICY } from "../machines/toolCallContext.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx, type QueryCtx } from "./_generated/server.js";
import { takeBounded } from "./budget.js";
import { deleteToolCall } from "./deleteToolCall.js";
import { dispatch } from "./dispatch.js";
import { positionOf } from "./position.js";
import { noteRemoval } from "./threadRows.js";
import { vCursor, type Cursor } from "./messageValidators.js";

const vPlace = v.object({ position: v.number(), creationTime: v.number() });
const vTruncation = v.object({ from: vPlace, turn: v.number(), revision: v.number() });
const vCopy = v.object({ source: v.string(), upTo: vPlace, revision: v.number() });
type Truncation = Infer<typeof vTruncation>;
type Copy = Infer<typeof vCopy>;
type Row = Doc<"messages"> | Doc<"toolCalls">;

const isCall = (row: Row): row is Doc<"toolCalls"> => "toolCallId" in row;

/**
 * Deletes what a thread says from a position on, newest first: a batch now and the rest in continuations. What was
 * sent for a later turn than the given one stays.
 *
 * @returns true when nothing is left of it.
 */
export async function truncate(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  truncation: Truncation,
): Promise<boolean> {
  const { rows, more } = await takeBounded(rowsFrom(ctx, threadId, truncation));
  for (const row of rows) {
    if (isCall(row)) await deleteToolCall(ctx, row);
    else await ctx.db.delete("messages", row._id);
  }
  if (more) await ctx.scheduler.runAfter(0, internal.historyEdits.truncateMore, { threadId, truncation });
  return !more;
}

/** Deletes the next batch, and tells the thread when nothing is left. */
export const truncateMore = internalMutation({
  args: { threadId: v.id("threads"), truncation: vTruncation },
  returns: v.null(),
  handler: async (ctx, { threadId, truncation }) => {
    const done = await truncate(ctx, threadId, truncation);
    const thread = await ctx.db.get("threads", threadId);
    if (!thread) return null;
    await noteRemoval(ctx, thread);
    if (done) await dispatch(ctx, thread, { type: "TRUNCATED", revision: truncation.revision });
    return null;
  },
});

async function* rowsFrom(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { from: { position, creationTime }, turn }: Truncation,
): AsyncGenerator<Row> {
  const end = positionOf(turn + 1, 0);
  const messages = () => ctx.db.query("messages");
  yield* messages()
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("position", position).lt("position", end))
    .order("desc");
  yield* messages()
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).eq("position", position).gte("_creationTime", creationTime),
    )
    .order("desc");
  yield* ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).gte("position", position).lt("position", end))
    .order("desc");
}

const BEGINNING: Cursor = { position: -1, creationTime: 0, callIndex: null };

/**
 * Copies what another thread says up to and with a position, oldest first: a batch now and the rest in
 * continuations. A tool call without an outcome is cancelled in the copy.
 *
 * @param after - the row that was copied last.
 * @returns true when all of it is there.
 */
export async function copyHistory(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  copy: Copy,
  after: Cursor = BEGINNING,
): Promise<boolean> {
  const source = ctx.db.normalizeId("threads", copy.source);
  if (!source) return true;
  const { rows, more } = await takeBounded(rowsUpTo(ctx, source, copy.upTo, after));
  for (const { row } of rows) await insertCopy(ctx, threadId, row);
  if (more) {
    const next = { threadId, copy, after: rows.at(-1)!.cursor };
    await ctx.scheduler.runAfter(0, internal.historyEdits.copyMore, next);
  }
  return !more;
}

/** Copies the next batch, and tells the thread when all of it is there. */
export const copyMore = internalMutation({
  args: { threadId: v.id("threads"), copy: vCopy, after: vCursor },
  returns: v.null(),
  handler: async (ctx, { threadId, copy, after }) => {
    const thread = await ctx.db.get("threads", threadId);
    if (thread?.snapshot.context.revision !== copy.revision || thread.status === "deleting") return null;
    if (await copyHistory(ctx, threadId, copy, after))
      await dispatch(ctx, thread, { type: "COPIED", revision: copy.revision });
    return null;
  },
});

/** Each message and then its tool calls, with the cursor that goes on behind it: after that call of the message. */
async function* rowsUpTo(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  upTo: Place,
  { position, creationTime, callIndex }: Cursor,
): AsyncGenerator<{ row: Row; cursor: Cursor }> {
  const callsAfter = async function* (at: { position: number; creationTime: number }, index: number) {
    const calls = ctx.db
      .query("toolCalls")
      .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", at.position).gt("index", index));
    for await (const row of calls) yield { row, cursor: { ...at, callIndex: row.index } };
  };
  if (callIndex !== null) yield* callsAfter({ position, creationTime }, callIndex);
  for await (const row of messagesAfter(ctx, threadId, upTo, { position, creationTime })) {
    const at = { position: row.position, creationTime: row._creationTime };
    yield { row, cursor: { ...at, callIndex: row.toolCalls ? -1 : null } };
    if (row.toolCalls) yield* callsAfter(at, -1);
  }
}

async function* messagesAfter(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  upTo: Place,
  { position, creationTime }: { position: number; creationTime: number },
): AsyncGenerator<Doc<"messages">> {
  yield* ctx.db
    .query("messages")
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).eq("position", position).gt("_creationTime", creationTime),
    );
  const rest = ctx.db
    .query("messages")
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).gt("position", position).lte("position", upTo.position),
    );
  for await (const message of rest)
    if (message.position < upTo.position || message._creationTime <= upTo.creationTime) yield message;
}

/** No stream of a thread has this generation: nothing waits for a call that was copied. */
const NO_GENERATION = 0;

/** A call that has no outcome in the source gets none in the copy. */
const settled = (snapshot: ToolCallSnapshot) => stepToolCall(snapshot, { type: "CANCEL" }).snapshot;

/** The copy of a call whose tool does not want its outcome to be used again. */
const LEFT_OUT = stepToolCall(createToolCallSnapshot(DEFAULT_TOOL_POLICY), {
  type: "REJECT",
  error: {
    code: "left_out",
    message: "This outcome was not taken over into the fork. Call the tool again if it is needed.",
  },
}).snapshot;

async function insertCopy(ctx: MutationCtx, threadId: Id<"threads">, row: Row): Promise<void> {
  if (!isCall(row)) {
    const { _id, _creationTime, streamed: _streamed, ...message } = row;
    await ctx.db.insert("messages", { ...message, threadId });
    return;
  }
  const { position, index, toolCallId, toolName, file, keepInForks } = row;
  const copied = { threadId, generation: NO_GENERATION, position, index, toolCallId, toolName, keepInForks };
  const left = keepInForks === false;
  const snapshot = storedToolCall(left ? LEFT_OUT : settled(toolCallSnapshot(row.snapshot)));
  await ctx.db.insert("toolCalls", {
    ...{ ...copied, input: row.input as unknown, snapshot },
    ...(!left && { output: row.output as unknown, file }),
  });
}
