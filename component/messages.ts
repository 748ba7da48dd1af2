import { getConvexSize, v } from "convex/values";
import type { Place } from "../machines/thread/events.js";
import type { Doc } from "./_generated/dataModel.js";
import { query, type QueryCtx } from "./_generated/server.js";
import { checkLimit } from "./lib/bounded.js";
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, OUTCOMES_BUDGET_BYTES, READ_BUDGET_BYTES } from "./lib/limits.js";
import { positionOf } from "./lib/position.js";
import { readHistory } from "./model/history.js";
import {
  getMessage,
  messageByKey,
  messagesBefore,
  placeOf,
  toMessage,
  withoutStreamed,
} from "./model/messages.js";
import { findThread, findVisible, findVisibleId, type LoadedThread } from "./model/threads.js";
import { callByKey, callsBefore, toLoadedToolCall, toToolCall } from "./model/toolCalls.js";
import {
  vCursor,
  vHistoryPage,
  vMessage,
  vToolCall,
  type Cursor,
  type Message,
  type ToolCall,
} from "./validators/message.js";
import { vTarget } from "./validators/thread.js";

/** The message that was sent to a thread with a key, or null where there is none. */
export const byKey = query({
  args: { ...vTarget, key: v.string() },
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, { threadId, owner, agentName, key }): Promise<string | null> => {
    const id = await findVisibleId(ctx, { threadId, owner, agentName });
    return (id && (await messageByKey(ctx, id, key)))?._id ?? null;
  },
});

/**
 * A page of a thread's committed messages, oldest first, with the tool calls of its steps.
 *
 * @param cursor - where the page ends: its messages are older. Without one: the newest messages.
 * @param before - the same, as the id of the message that follows the page.
 * @param limit - how many messages at most. Default: 100; at most 500. A page of large messages has fewer.
 * @throws invalid_limit, message_not_found
 */
export const list = query({
  args: {
    ...vTarget,
    cursor: v.optional(vCursor),
    before: v.optional(v.string()),
    limit: v.optional(v.number()),
  },
  returns: v.object({
    messages: v.array(vMessage),
    toolCalls: v.array(vToolCall),
    /** Where older messages begin, or null when there are none. */
    cursor: v.union(vCursor, v.null()),
  }),
  handler: async (ctx, { threadId, owner, agentName, limit = DEFAULT_PAGE_ROWS, ...end }) => {
    checkLimit(limit);
    const messages: Message[] = [];
    const toolCalls: ToolCall[] = [];
    let cursor: Cursor | null = null;
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    if (!thread) return { messages, toolCalls, cursor };

    let bytes = 0;
    for await (const row of messagesBefore(ctx, thread._id, await endOf(ctx, thread, end))) {
      messages.unshift(toMessage(row));
      bytes += getConvexSize(row);
      const calls = await readCalls(ctx, thread, row, OUTCOMES_BUDGET_BYTES - bytes);
      toolCalls.unshift(...calls.toolCalls);
      bytes += calls.bytes;
      if (messages.length < Math.min(limit, MAX_PAGE_ROWS) && bytes < READ_BUDGET_BYTES) continue;
      cursor = { ...placeOf(row), callIndex: null };
      break;
    }
    return { messages, toolCalls, cursor };
  },
});

/**
 * The messages that were committed after a time, in the order of their commits, with the tool calls of their steps.
 * Ask again from the last one's creation time on. As many as one transaction may read come at once.
 *
 * @param after - the creation time of the newest message that the reader has.
 * @param whole - also the text that was streamed before the commit, for a reader who did not follow the stream.
 */
export const tail = query({
  args: { ...vTarget, after: v.number(), whole: v.optional(v.boolean()) },
  returns: v.object({ messages: v.array(vMessage), toolCalls: v.array(vToolCall) }),
  handler: async (ctx, { threadId, owner, agentName, after, whole = false }) => {
    const messages: Message[] = [];
    const toolCalls: ToolCall[] = [];
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    if (!thread) return { messages, toolCalls };
    let bytes = 0;
    const fresh = ctx.db
      .query("messages")
      .withIndex("by_creation", (q) => q.eq("threadId", thread._id).gt("_creationTime", after));
    for await (const row of fresh) {
      messages.push(whole ? toMessage(row) : withoutStreamed(row));
      bytes += getConvexSize(row);
      const calls = await readCalls(ctx, thread, row, OUTCOMES_BUDGET_BYTES - bytes);
      toolCalls.push(...calls.toolCalls);
      bytes += calls.bytes;
      if (messages.length >= DEFAULT_PAGE_ROWS || bytes >= READ_BUDGET_BYTES) break;
    }
    return { messages, toolCalls };
  },
});

/** One tool call of a step, by its place in it; null where there is none. */
export const toolCall = query({
  args: { ...vTarget, turn: v.number(), step: v.number(), index: v.number() },
  returns: v.union(vToolCall, v.null()),
  handler: async (ctx, { threadId, owner, agentName, turn, step, index }) => {
    const id = await findVisibleId(ctx, { threadId, owner, agentName });
    const call = id && (await callByKey(ctx, { threadId: id, position: positionOf(turn, step), index }));
    return call ? toToolCall(call) : null;
  },
});

/** A page of what the model may see of a thread, flat and newest first: what the claim's page left out. */
export const history = query({
  args: { threadId: v.string(), cursor: vCursor, maxMessages: v.optional(v.number()) },
  returns: vHistoryPage,
  handler: async (ctx, { threadId, cursor, maxMessages }) => {
    const thread = await findThread(ctx, threadId);
    return thread ? readHistory(ctx, thread, { cursor, maxMessages }) : { entries: [], cursor: null };
  },
});

/** Where a page ends. Default: behind the newest message. */
async function endOf(
  ctx: QueryCtx,
  thread: LoadedThread,
  { cursor, before }: { cursor?: Cursor; before?: string },
): Promise<Place> {
  if (before === undefined) return cursor ?? { position: Infinity, creationTime: 0 };
  return placeOf(await getMessage(ctx, thread._id, before));
}

/** The tool calls of one step, as far as the budget goes; the rest is left out, and readers see that it is. */
async function readCalls(
  ctx: QueryCtx,
  thread: LoadedThread,
  message: Doc<"messages">,
  maxBytes: number,
): Promise<{ toolCalls: ToolCall[]; bytes: number }> {
  const toolCalls: ToolCall[] = [];
  let bytes = 0;
  if (!message.toolCalls) return { toolCalls, bytes };
  for await (const call of callsBefore(ctx, message)) {
    if (bytes > maxBytes) break;
    toolCalls.unshift(toToolCall(toLoadedToolCall(call), thread));
    bytes += getConvexSize(call);
  }
  return { toolCalls, bytes };
}
