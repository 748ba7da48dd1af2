import { getConvexSize } from "convex/values";
import { toolCallStatus } from "../machines/status.js";
import { threadSnapshot, toolCallSnapshot } from "../machines/stored.js";
import type { ToolCallSnapshot } from "../machines/snapshot.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { DEFAULT_PAGE_ROWS, READ_BUDGET_BYTES } from "./limits.js";
import { positionOf, stepOf, turnOf } from "./position.js";
import type { Cursor, HistoryEntry, Message, ToolCall } from "./messageValidators.js";

/** A message as readers see it. */
export function toMessage(row: Doc<"messages">): Message {
  const { _id, _creationTime, position, role, parts, partial, finishReason, usage } = row;
  return {
    id: _id,
    creationTime: _creationTime,
    role,
    parts,
    turn: turnOf(position),
    step: stepOf(position),
    partial,
    finishReason,
    usage,
    providerMetadata: row.providerMetadata as unknown,
    output: row.output as unknown,
  };
}

/** A message without the text that whoever followed its stream has. */
export function withoutStreamed(row: Doc<"messages">): Message {
  const { streamed } = row;
  const message = toMessage(row);
  if (!streamed) return message;
  const lengths = streamed.lengths.values();
  const parts = (message.parts as { type: string; text: string }[]).map((part) =>
    part.type === "text" || part.type === "reasoning"
      ? { ...part, text: part.text.slice(lengths.next().value ?? 0) }
      : part,
  );
  return { ...message, parts, streamed };
}

/**
 * A tool call as readers see it.
 *
 * @param current - the thread's generation: a call of an earlier one that has no outcome will not get one.
 */
export function toToolCall(row: Doc<"toolCalls">, current = 0): ToolCall {
  const { toolCallId, toolName, position, generation, deadline } = row;
  const snapshot = toolCallSnapshot(row.snapshot);
  const status = toolCallStatus(snapshot);
  return {
    toolCallId,
    toolName,
    turn: turnOf(position),
    step: stepOf(position),
    status: status === "pending" && generation < current ? "cancelled" : status,
    input: row.input as unknown,
    output: row.output as unknown,
    errorText: snapshot.context.error?.message,
    approval: approvalOf(snapshot),
    deadlineAt: deadline?.at,
  };
}

function approvalOf(snapshot: ToolCallSnapshot): ToolCall["approval"] {
  if (!snapshot.context.needsApproval) return undefined;
  if (snapshot.value === "denied") return "denied";
  return snapshot.context.epoch > 0 ? "approved" : "requested";
}

/** A thread's messages, newest first, from just before a cursor. */
export async function* messagesBefore(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { position, creationTime }: Pick<Cursor, "position" | "creationTime">,
): AsyncGenerator<Doc<"messages">> {
  const messages = () => ctx.db.query("messages");
  yield* messages()
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).eq("position", position).lt("_creationTime", creationTime),
    )
    .order("desc");
  yield* messages()
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lt("position", position))
    .order("desc");
}

/** The tool calls of a step, last first, from just before an index. */
export const callsBefore = (
  ctx: QueryCtx,
  { threadId, position }: Pick<Doc<"messages">, "threadId" | "position">,
  index = Infinity,
) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", position).lt("index", index))
    .order("desc");

/**
 * A page of what the model may see of a thread, newest first and flat: each tool call of a step, then the
 * step's message. A page may end anywhere, so that no step is too large to read. Messages that wait for a
 * later turn are left out.
 */
export async function readHistory(
  ctx: QueryCtx,
  { _id: threadId, snapshot }: Doc<"threads">,
  { cursor = null, maxMessages = DEFAULT_PAGE_ROWS }: { cursor?: Cursor | null; maxMessages?: number },
): Promise<{ entries: HistoryEntry[]; cursor: Cursor | null }> {
  const { generation, turn } = threadSnapshot(snapshot).context;
  const entries: HistoryEntry[] = [];
  let bytes = 0;
  let messages = 0;
  const full = () => bytes >= READ_BUDGET_BYTES || messages >= maxMessages;

  for await (const message of from(ctx, threadId, cursor ?? atEndOf(turn))) {
    const at = { position: message.position, creationTime: message._creationTime };
    const resumed = cursor?.callIndex != null && cursor.creationTime === at.creationTime;
    if (message.toolCalls) {
      for await (const call of callsBefore(ctx, message, resumed ? cursor.callIndex! : undefined)) {
        entries.push({ kind: "toolCall", toolCall: toToolCall(call, generation) });
        bytes += getConvexSize(call);
        if (full()) return { entries, cursor: { ...at, callIndex: call.index } };
      }
    }
    entries.push({ kind: "message", message: toMessage(message) });
    bytes += getConvexSize(message);
    messages += 1;
    if (full()) return { entries, cursor: { ...at, callIndex: null } };
  }
  return { entries, cursor: null };
}

const atEndOf = (turn: number): Cursor => ({
  position: positionOf(turn + 1, 0),
  creationTime: 0,
  callIndex: null,
});

/** Messages before a cursor; with a call index, beginning with the message that the call belongs to. */
async function* from(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  cursor: Cursor,
): AsyncGenerator<Doc<"messages">> {
  if (cursor.callIndex !== null) {
    const { position, creationTime } = cursor;
    yield* ctx.db
      .query("messages")
      .withIndex("by_thread", (q) =>
        q.eq("threadId", threadId).eq("position", position).eq("_creationTime", creationTime),
      );
  }
  yield* messagesBefore(ctx, threadId, cursor);
}
