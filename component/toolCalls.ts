import { v, type ObjectType } from "convex/values";
import { toolCallState, type ToolCallState } from "../machines/toolCall/states.js";
import { mutation, query, type QueryCtx } from "./_generated/server.js";
import { agentError } from "./lib/errors.js";
import { checkDataPart } from "./lib/dataParts.js";
import { PROGRESS_MS } from "./lib/limits.js";
import { storable } from "./lib/storable.js";
import {
  callByKey,
  fitsIn,
  getToolCall,
  roundIsAwaited,
  threadsWithCall,
  type LoadedToolCall,
} from "./model/toolCalls.js";
import { withDataPart } from "./model/toolData.js";
import { vDataPart } from "./validators/message.js";
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
    const call = await runningCall(ctx, attempt);
    if (!call) return false;
    // Refused whatever the throttle leaves out, so that a mistake shows at once.
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

/**
 * Writes a data part into the answer that an attempt at a tool call belongs to. A part with the type and the id of an earlier one
 * takes its place; the next attempt takes all of them back.
 *
 * @param part - with `transient` readers are shown it once, and the message does not have it.
 * @returns false if the attempt does not count any more: nothing was written.
 * @throws invalid_data_part, data_too_large
 */
export const writeData = mutation({
  args: { ...vAttempt, part: v.object({ ...vDataPart.fields, transient: v.optional(v.boolean()) }) },
  returns: v.boolean(),
  handler: async (ctx, { part, ...attempt }) => {
    checkDataPart(part);
    const call = await runningCall(ctx, attempt);
    if (!call) return false;
    const data = withDataPart(call.data, call.toolCallId, { ...part, data: storable(part.data) });
    if (!fitsIn({ input: call.input as unknown, data }, call.progress?.data))
      throw agentError(
        "data_too_large",
        "With the call's arguments, this is larger than a document can hold (1 MiB).",
      );
    await ctx.db.patch("toolCalls", call._id, { data });
    return true;
  },
});

const RUNNING = new Set<ToolCallState>(["inline", "executing"]);

/** The call of an attempt that still counts and whose handler runs, or null. */
async function runningCall(ctx: QueryCtx, attempt: ObjectType<typeof vAttempt>) {
  const call = await wantedCall(ctx, attempt);
  return call && RUNNING.has(toolCallState(call.snapshot)) ? call : null;
}

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
