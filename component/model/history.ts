import { getConvexSize } from "convex/values";
import type { Place } from "../../machines/thread/events.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { DEFAULT_PAGE_ROWS, READ_BUDGET_BYTES } from "../lib/limits.js";
import { positionOf } from "../lib/position.js";
import type { Cursor, HistoryEntry } from "../validators/message.js";
import { messagesAfter, messagesBefore, placeOf, toMessage } from "./messages.js";
import type { LoadedThread } from "./threads.js";
import { callsBefore, toModelToolCall } from "./toolCalls.js";

/** A row of a thread's history. */
export type HistoryRow = Doc<"messages"> | Doc<"toolCalls">;

export const isToolCall = (row: HistoryRow): row is Doc<"toolCalls"> => "toolCallId" in row;

/** Just behind the newest message of a turn, and of those before it. */
export const endOfTurn = (turn: number): Place => ({ position: positionOf(turn + 1, 0), creationTime: 0 });

/**
 * A page of what the model may see of a thread, newest first and flat: each tool call of a step, then the step's message. A
 * page may end anywhere, so that no step is too large to read. Messages that wait for a later turn are left out.
 *
 * @param options.maxMessages - how many messages at most. Default: 100.
 */
export async function readHistory(
  ctx: QueryCtx,
  thread: LoadedThread,
  { cursor = null, maxMessages = DEFAULT_PAGE_ROWS }: { cursor?: Cursor | null; maxMessages?: number },
): Promise<{ entries: HistoryEntry[]; cursor: Cursor | null }> {
  const { _id: threadId, snapshot } = thread;
  const { turn } = snapshot.context;
  const entries: HistoryEntry[] = [];
  let bytes = 0;
  let messages = 0;
  const isFull = () => bytes >= READ_BUDGET_BYTES || messages >= maxMessages;

  for await (const message of messagesUpTo(
    ctx,
    threadId,
    cursor ?? { ...endOfTurn(turn), callIndex: null },
  )) {
    const at = placeOf(message);
    const isResumed = cursor?.callIndex != null && cursor.creationTime === at.creationTime;
    if (message.toolCalls) {
      for await (const call of callsBefore(ctx, message, isResumed ? cursor.callIndex! : undefined)) {
        entries.push({ kind: "toolCall", toolCall: toModelToolCall(call, thread) });
        bytes += getConvexSize(call);
        if (isFull()) return { entries, cursor: { ...at, callIndex: call.index } };
      }
    }
    entries.push({ kind: "message", message: toMessage(message) });
    bytes += getConvexSize(message);
    messages += 1;
    if (isFull()) return { entries, cursor: { ...at, callIndex: null } };
  }
  return { entries, cursor: null };
}

/** Messages before a cursor; with a call index, beginning with the message that the call belongs to. */
async function* messagesUpTo(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { callIndex, ...place }: Cursor,
): AsyncGenerator<Doc<"messages">> {
  if (callIndex !== null) {
    const { position, creationTime } = place;
    yield* ctx.db
      .query("messages")
      .withIndex("by_thread", (q) =>
        q.eq("threadId", threadId).eq("position", position).eq("_creationTime", creationTime),
      );
  }
  yield* messagesBefore(ctx, threadId, place);
}

/** The rows of a thread's history from a place on to the end of a turn: messages newest first, then tool calls. */
export async function* rowsFrom(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { from: { position, creationTime }, turn }: { from: Place; turn: number },
): AsyncGenerator<HistoryRow> {
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

/** Before the first message of any thread. */
export const BEGINNING: Cursor = { position: -1, creationTime: 0, callIndex: null };

/**
 * The rows of a thread's history up to and with a place, oldest first: each message and then its tool calls.
 *
 * @param after - the cursor of the row that came last: the rows go on behind it.
 */
export async function* rowsUpTo(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  upTo: Place,
  { callIndex, ...after }: Cursor,
): AsyncGenerator<{ row: HistoryRow; cursor: Cursor }> {
  const callsAfter = async function* (at: Place, index: number) {
    const calls = ctx.db
      .query("toolCalls")
      .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", at.position).gt("index", index));
    for await (const row of calls) yield { row, cursor: { ...at, callIndex: row.index } };
  };
  if (callIndex !== null) yield* callsAfter(after, callIndex);
  for await (const row of messagesAfter(ctx, threadId, after)) {
    const at = placeOf(row);
    if (isBehind(at, upTo)) return;
    yield { row, cursor: { ...at, callIndex: row.toolCalls ? -1 : null } };
    if (row.toolCalls) yield* callsAfter(at, -1);
  }
}

const isBehind = (place: Place, end: Place): boolean =>
  place.position > end.position || (place.position === end.position && place.creationTime > end.creationTime);
