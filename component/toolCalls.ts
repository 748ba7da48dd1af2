import { v } from "convex/values";
import { query } from "./_generated/server.js";
import { callByKey, getToolCall, roundIsAwaited, threadsWithCall } from "./model/toolCalls.js";
import { vScope, vToolCallTarget } from "./validators/thread.js";

/**
 * The threads in a scope that a tool call may belong to, so that the caller can be authorized for them.
 *
 * @param isAwaited - true: those that wait for the call. False: those in which it has ended.
 */
export const locate = query({
  args: { toolCallId: v.string(), isAwaited: v.boolean(), ...vScope },
  returns: v.array(v.string()),
  handler: (ctx, { toolCallId, isAwaited, owner, agentName }): Promise<string[]> =>
    threadsWithCall(ctx, { toolCallId, isAwaited, owner, agentName }),
});

/**
 * The JSON schema of a call's arguments, as JSON, while they may be edited; null otherwise.
 *
 * @throws tool_call_not_found
 */
export const argsSchema = query({
  args: vToolCallTarget,
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, { toolCallId, threadId, owner, agentName }) => {
    const call = await getToolCall(ctx, { toolCallId, threadId, owner, agentName });
    return call.options?.argsSchema ?? null;
  },
});

/** Whether an attempt at a tool call still counts: a long handler may check it, and return early if not. */
export const isWanted = query({
  args: { idempotencyKey: v.string(), attempt: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { idempotencyKey, attempt }) => {
    const [thread = "", position, index] = idempotencyKey.split(":");
    const threadId = ctx.db.normalizeId("threads", thread);
    const key = threadId && { threadId, position: Number(position), index: Number(index) };
    const call = key && (await callByKey(ctx, key));
    if (!call?.pending || call.snapshot.context.attempt !== attempt) return false;
    return await roundIsAwaited(ctx, call);
  },
});
