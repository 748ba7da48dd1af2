import { getConvexSize, type Value } from "convex/values";
import { awaitsTools } from "../../machines/describe.js";
import type { ToolCallSnapshot } from "../../machines/snapshot.js";
import { restoreToolCall } from "../../machines/stored.js";
import { runningState } from "../../machines/thread/states.js";
import { toolCallState, toolCallStatus } from "../../machines/toolCall/states.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { agentError } from "../lib/errors.js";
import { BATCH_ROWS, MAX_CALLS_AT_ONCE, MAX_CONTENT_BYTES } from "../lib/limits.js";
import { stepOf, turnOf } from "../lib/position.js";
import type { ToolCall } from "../validators/message.js";
import type { CallKey, Scope, Target } from "../validators/thread.js";
import { findVisible, loadThread, type LoadedThread } from "./threads.js";

/** A tool call as loaded: its row, with the snapshot whole and in the current version. */
export interface LoadedToolCall extends Omit<Doc<"toolCalls">, "snapshot"> {
  snapshot: ToolCallSnapshot;
}

/** The tool call of a row: the one way from a stored snapshot to a whole one. */
export const toLoadedToolCall = (row: Doc<"toolCalls">): LoadedToolCall => ({
  ...row,
  snapshot: restoreToolCall(row.snapshot),
});

/** The generation of a call that a fork has copied. No stream has it: nothing waits for the call. */
export const COPIED = 0;

/** The tool calls of one step: all that a thread waits for at a time. */
export interface Round {
  threadId: Id<"threads">;
  generation: number;
}

/** The rows of a round's calls that have no outcome yet, in order. */
export const pendingCalls = (ctx: QueryCtx, { threadId, generation }: Round, after = -1) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_pending", (q) =>
      q.eq("threadId", threadId).eq("pending", true).eq("generation", generation).gt("index", after),
    );

/** The rows of a thread's calls that have no outcome, and that it does not await: those of earlier or cut-off steps. */
export async function* unawaitedCalls(
  ctx: QueryCtx,
  { _id: threadId, snapshot }: LoadedThread,
): AsyncGenerator<Doc<"toolCalls">> {
  const { generation } = snapshot.context;
  const pending = ctx.db.query("toolCalls");
  yield* pending.withIndex("by_pending", (q) =>
    q.eq("threadId", threadId).eq("pending", true).lt("generation", generation),
  );
  if (runningState(snapshot) !== "tools") yield* pendingCalls(ctx, { threadId, generation });
}

/** Whether every call of a round has its outcome. Reads one row at most, however many calls there are. */
export async function roundIsSettled(ctx: QueryCtx, round: Round): Promise<boolean> {
  return (await pendingCalls(ctx, round).first()) === null;
}

/** The calls of a round that its stream handler runs itself, by their index. It takes them among the first that start. */
export async function takenCalls(ctx: QueryCtx, round: Round): Promise<number[]> {
  const started = await pendingCalls(ctx, round).take(MAX_CALLS_AT_ONCE);
  return started.filter(({ snapshot }) => snapshot.state === "inline").map(({ index }) => index);
}

/** The call that got its place from this one and is run by the stream handler, by its index, or null if there is none. */
export async function takenAfter(ctx: QueryCtx, { index, ...step }: CallKey): Promise<number | null> {
  for (let at = index + MAX_CALLS_AT_ONCE; ; at += MAX_CALLS_AT_ONCE) {
    const call = await callByKey(ctx, { ...step, index: at });
    const state = call && toolCallState(call.snapshot);
    if (state === "inline") return at;
    if (state === null || state === "requested") return null;
  }
}

/** Whether the thread still waits for a round. Otherwise its calls are cancelled soon, and none of them starts or is answered. */
export async function roundIsAwaited(ctx: QueryCtx, { threadId, generation }: Round): Promise<boolean> {
  const thread = await loadThread(ctx, threadId);
  return thread !== null && awaitsTools(thread.snapshot, generation);
}

/** The call at this place of a step, or null if there is none. */
export async function callByKey(
  ctx: QueryCtx,
  { threadId, position, index }: CallKey,
): Promise<LoadedToolCall | null> {
  const row = await ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", position).eq("index", index))
    .unique();
  return row && toLoadedToolCall(row);
}

/** The rows of a step's tool calls, last first, from just before an index. */
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
 * The tool call of a thread with this id. Providers may use an id again in a later step: the call that has no outcome yet is
 * the one meant, or else the newest.
 *
 * @throws tool_call_not_found - also if there is no such thread, or the caller may not see it.
 */
export async function getToolCall(
  ctx: QueryCtx,
  { toolCallId, ...target }: Target & { toolCallId: string },
): Promise<LoadedToolCall> {
  const thread = await findVisible(ctx, target);
  const newest = (pending: true | undefined) =>
    ctx.db
      .query("toolCalls")
      .withIndex("by_toolCallId", (q) =>
        q.eq("toolCallId", toolCallId).eq("pending", pending).eq("threadId", thread!._id),
      )
      .order("desc")
      .first();
  const row = thread && ((await newest(true)) ?? (await newest(undefined)));
  if (!row) throw agentError("tool_call_not_found", `There is no tool call "${toolCallId}".`);
  return toLoadedToolCall(row);
}

/** In how many threads with the same call's id a caller's call is looked for. */
const MAX_CANDIDATES = 10;

/**
 * The threads in a scope with a tool call of this id: at most ten, of at most 250 that are looked at.
 *
 * @param isAwaited - true: those that wait for the call. False: those in which it has ended, apart from a fork's copy of it.
 */
export async function threadsWithCall(
  ctx: QueryCtx,
  { toolCallId, isAwaited, ...scope }: Scope & { toolCallId: string; isAwaited: boolean },
): Promise<Id<"threads">[]> {
  const found = new Set<Id<"threads">>();
  let looked = 0;
  // A call without an outcome may have been cut off with its turn, and is then cancelled soon.
  for (const pending of isAwaited ? ([true] as const) : ([true, undefined] as const)) {
    let call = await callBefore(ctx, { toolCallId, pending });
    for (; call && looked < BATCH_ROWS && found.size < MAX_CANDIDATES; looked++) {
      const { threadId, generation } = call;
      const thread = generation === COPIED ? null : await findVisible(ctx, { threadId, ...scope });
      const waits = thread && pending === true && awaitsTools(thread.snapshot, generation);
      if (thread && waits === isAwaited) found.add(threadId);
      call = await callBefore(ctx, { toolCallId, pending }, threadId);
    }
  }
  return [...found];
}

/** The newest call with this id of the last thread before one that has such a call. */
const callBefore = (
  ctx: QueryCtx,
  { toolCallId, pending }: { toolCallId: string; pending: true | undefined },
  threadId?: Id<"threads">,
) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_toolCallId", (q) => {
      const alike = q.eq("toolCallId", toolCallId).eq("pending", pending);
      return threadId === undefined ? alike : alike.lt("threadId", threadId);
    })
    .order("desc")
    .first();

/** Whether a call's row can hold this outcome along with the call's arguments and data. */
export const fitsIn = ({ input, data }: Pick<Doc<"toolCalls">, "input" | "data">, outcome: unknown) =>
  [outcome, input as unknown, data].reduce<number>((sum, value) => sum + sizeOf(value), 0) <=
  MAX_CONTENT_BYTES;

const sizeOf = (value: unknown): number => (value === undefined ? 0 : getConvexSize(value as Value));

/** Deletes a tool call, and the file that holds its result unless a copy of the call has it, too. */
export async function deleteToolCall(
  ctx: MutationCtx,
  { _id, file }: Pick<Doc<"toolCalls">, "_id" | "file">,
): Promise<void> {
  await ctx.db.delete("toolCalls", _id);
  if (file) await deleteUnusedFile(ctx, file);
}

/** Deletes the file of a result, if it is there and no call has it. */
export async function deleteUnusedFile(ctx: MutationCtx, file: Id<"_storage">): Promise<void> {
  const user = await ctx.db
    .query("toolCalls")
    .withIndex("by_file", (q) => q.eq("file", file))
    .first();
  if (!user && (await ctx.db.system.get("_storage", file))) await ctx.storage.delete(file);
}

/**
 * A tool call as readers see it. Without an outcome it is shown as cancelled where nobody awaits it any more.
 *
 * @param thread - the call's thread; left out by readers who do not follow the thread's state.
 */
export function toToolCall(row: LoadedToolCall, thread?: LoadedThread): ToolCall {
  const { toolCallId, toolName, position, generation, deadline, snapshot } = row;
  const status = toolCallStatus(snapshot);
  return {
    toolCallId,
    toolName,
    turn: turnOf(position),
    step: stepOf(position),
    status:
      status === "pending" && thread && !awaitsTools(thread.snapshot, generation) ? "cancelled" : status,
    input: row.input as unknown,
    output: row.output as unknown,
    errorText: snapshot.context.error?.message,
    progress: status === "pending" ? (row.progress?.data as unknown) : undefined,
    data: row.data?.parts,
    approval: approvalOf(snapshot),
    deadlineAt: deadline?.at,
  };
}

/** A tool call as a model may see it: without the data parts that its tool has written for readers. */
export const toModelToolCall = (row: Doc<"toolCalls">, thread?: LoadedThread): ToolCall => ({
  ...toToolCall(toLoadedToolCall(row), thread),
  data: undefined,
});

function approvalOf(snapshot: ToolCallSnapshot): ToolCall["approval"] {
  if (!snapshot.context.needsApproval) return undefined;
  if (snapshot.value === "denied") return "denied";
  return snapshot.context.epoch > 0 ? "approved" : "requested";
}
