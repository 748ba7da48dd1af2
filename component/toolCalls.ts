import { v, type ObjectType } from "convex/values";
import { toolCallState, type ToolCallState } from "../machines/toolCall/states.js";
import { mutation, query, type QueryCtx } from "./_generated/server.js";
import { agentError } from "./lib/errors.js";
import { storable } from "./lib/storable.js";
import {
  callByKey,
  fitsIn,
  getToolCall,
  roundIsAwaited,
  threadsWithCall,
  type LoadedToolCall,
} from "./model/toolCalls.js";
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

/** One attempt at a tool call. */
const vAttempt = { idempotencyKey: v.string(), attempt: v.number() };

/** Whether an attempt at a tool call still counts: a long handler may check it, and return early if not. */
export const isWanted = query({
  args: vAttempt,
  returns: v.boolean(),
  handler: async (ctx, attempt) => (await wantedCall(ctx, attempt)) !== null,
});

/** The shortest time between two notes of a call's progress, in milliseconds. */
const PROGRESS_MS = 250;

/**
 * Notes how far an attempt at a tool call has come. Readers see it until the call has its outcome, or is tried again. What comes
 * within 250 ms of the last note is left out.
 *
 * @returns false if the attempt does not count any more: nothing was noted.
 * @throws result_too_large
 */
export const noteProgress = mutation({
  args: { ...vAttempt, data: v.any() },
  returns: v.boolean(),
  handler: async (ctx, { data, ...attempt }) => {
    const call = await wantedCall(ctx, attempt);
    if (!call || !RUNNING.has(toolCallState(call.snapshot))) return false;
    const stored = storable(data);
    if (!fitsIn(call, stored))
      throw agentError(
        "result_too_large",
        "With the call's arguments, this is larger than a document can hold (1 MiB).",
      );
    const at = Date.now();
    if (call.progress && at - call.progress.at < PROGRESS_MS) return true;
    await ctx.db.patch("toolCalls", call._id, { progress: { data: stored, at } });
    return true;
  },
});

const RUNNING = new Set<ToolCallState>(["inline", "executing"]);

/** The call of an attempt that still counts, or null. */
async function wantedCall(
  ctx: QueryCtx,
  { idempotencyKey, attempt }: ObjectType<typeof vAttempt>,
): Promise<LoadedToolCall | null> {
  const [thread = "", position, index] = idempotencyKey.split(":");
  const threadId = ctx.db.normalizeId("threads", thread);
  const key = threadId && { threadId, position: Number(position), index: Number(index) };
  const call = key && (await callByKey(ctx, key));
  if (!call?.pending || call.snapshot.context.attempt !== attempt) return null;
  return (await roundIsAwaited(ctx, call)) ? call : null;
}
