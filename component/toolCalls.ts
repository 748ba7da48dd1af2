import { v } from "convex/values";
import { toolCallSnapshot } from "../machines/stored.js";
import { query } from "./_generated/server.js";
import { callByKey, findToolCall } from "./findToolCall.js";

/**
 * Which thread a tool call belongs to, so that the caller can be authorized for it.
 *
 * @throws tool_call_not_found, tool_call_ambiguous
 */
export const locate = query({
  args: { toolCallId: v.string(), threadId: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, which): Promise<string> => (await findToolCall(ctx, which)).threadId,
});

/** Whether an attempt at a tool call still counts: a handler that takes long may ask, and give up when it does not. */
export const isWanted = query({
  args: { idempotencyKey: v.string(), attempt: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { idempotencyKey, attempt }) => {
    const [thread = "", position, index] = idempotencyKey.split(":");
    const threadId = ctx.db.normalizeId("threads", thread);
    const key = threadId && { threadId, position: Number(position), index: Number(index) };
    const call = key && (await callByKey(ctx, key));
    return call?.pending === true && toolCallSnapshot(call.snapshot).context.attempt === attempt;
  },
});
