import { v } from "convex/values";
import type { ToolCallEvent } from "../machines/toolCall/events.js";
import { pendingState, toolCallStatus, type ToolCallStatus } from "../machines/toolCall/states.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import type { ToolCallWrites } from "./dispatch/callBatch.js";
import { dispatchToolCall } from "./dispatch/dispatchToolCall.js";
import { watchAgain } from "./dispatch/watchdogs.js";
import { agentError } from "./lib/errors.js";
import { LONGEST_DEADLINE_MS } from "./lib/limits.js";
import { storable } from "./lib/storable.js";
import { wellFormed } from "./lib/text.js";
import { fitsIn, getToolCall, roundIsAwaited, type LoadedToolCall } from "./model/toolCalls.js";
import { vToolCallTarget } from "./validators/thread.js";

/**
 * Answers an async tool's call with a result.
 *
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addResult = mutation({
  args: { ...vToolCallTarget, result: v.any() },
  returns: v.null(),
  handler: async (ctx, { result, toolCallId, threadId, owner, agentName }) => {
    const call = await getToolCall(ctx, { toolCallId, threadId, owner, agentName });
    const output = storable(result);
    checkSize(call, output);
    await answer(ctx, call, { type: "RESULT_GIVEN" }, { output });
    return null;
  },
});

/**
 * Answers an async tool's call with an error, which the model sees.
 *
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addError = mutation({
  args: { ...vToolCallTarget, error: v.string() },
  returns: v.null(),
  handler: async (ctx, { error, toolCallId, threadId, owner, agentName }) => {
    const call = await getToolCall(ctx, { toolCallId, threadId, owner, agentName });
    const message = wellFormed(error);
    checkSize(call, message);
    await answer(ctx, call, { type: "ERROR_GIVEN", error: { code: "tool_error", message } });
    return null;
  },
});

function checkSize(call: Pick<LoadedToolCall, "input">, outcome: unknown): void {
  if (!fitsIn(call, outcome))
    throw agentError(
      "result_too_large",
      "With the call's arguments, this is larger than a document can hold (1 MiB).",
    );
}

/**
 * Moves the deadline of an async tool's call, or removes it.
 *
 * @param ms - milliseconds from now, at most a year; null: the call may wait for any time.
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, invalid_deadline
 */
export const moveDeadline = mutation({
  args: { ...vToolCallTarget, ms: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { ms, toolCallId, threadId, owner, agentName }) => {
    if (ms !== null && !(ms > 0 && ms <= LONGEST_DEADLINE_MS))
      throw agentError(
        "invalid_deadline",
        `A deadline is a number of milliseconds from now, at most a year, or null; not ${ms}.`,
      );
    await answer(ctx, await getToolCall(ctx, { toolCallId, threadId, owner, agentName }), {
      type: "DEADLINE_MOVED",
      ms,
    });
    return null;
  },
});

/**
 * Lets a call run that needs approval.
 *
 * @param input - arguments that a person edited. Default: the model's own.
 * @throws tool_call_not_found, tool_call_not_awaiting_approval, result_too_large
 */
export const approve = mutation({
  args: { ...vToolCallTarget, input: v.optional(v.any()) },
  returns: v.null(),
  handler: async (ctx, { input, toolCallId, threadId, owner, agentName }) => {
    const call = await getToolCall(ctx, { toolCallId, threadId, owner, agentName });
    const edited = input === undefined ? {} : { input: storable(input) };
    if ("input" in edited) checkSize({ input: null }, edited.input);
    await decide(ctx, call, { type: "APPROVE" }, edited);
    await watchAgain(ctx, call.threadId);
    return null;
  },
});

/**
 * Settles a call that needs approval as denied: it does not run, and the model receives the reason.
 *
 * @throws tool_call_not_found, tool_call_not_awaiting_approval, result_too_large
 */
export const deny = mutation({
  args: { ...vToolCallTarget, reason: v.optional(v.string()) },
  returns: v.null(),
  handler: async (
    ctx,
    { reason = "The user denied this tool call.", toolCallId, threadId, owner, agentName },
  ) => {
    const call = await getToolCall(ctx, { toolCallId, threadId, owner, agentName });
    const message = wellFormed(reason);
    checkSize(call, message);
    await decide(ctx, call, { type: "DENY", error: { code: "denied", message } });
    return null;
  },
});

async function decide(
  ctx: MutationCtx,
  call: LoadedToolCall,
  event: ToolCallEvent,
  writes?: ToolCallWrites,
): Promise<void> {
  const isAwaited = await roundIsAwaited(ctx, call);
  if (isAwaited && (await dispatchToolCall(ctx, call, event, writes))) return;
  throw agentError(
    "tool_call_not_awaiting_approval",
    `Tool call "${call.toolCallId}" does not wait for an approval: it is ${statusOf(call, isAwaited)}.`,
  );
}

/** A call without an outcome that nobody awaits is about to be cancelled. */
function statusOf({ snapshot }: LoadedToolCall, isAwaited: boolean): ToolCallStatus {
  const status = toolCallStatus(snapshot);
  return status === "pending" && !isAwaited ? "cancelled" : status;
}

async function answer(
  ctx: MutationCtx,
  call: LoadedToolCall,
  event: ToolCallEvent,
  writes?: ToolCallWrites,
): Promise<void> {
  const { toolCallId, toolName, snapshot } = call;
  const isAwaited = await roundIsAwaited(ctx, call);
  if (isAwaited && pendingState(snapshot) === "awaitingApproval")
    throw agentError(
      "tool_call_awaiting_approval",
      `Tool call "${toolCallId}" has to be approved or denied first.`,
    );
  if (snapshot.context.kind === "sync")
    throw agentError(
      "tool_call_not_async",
      `Tool "${toolName}" returns its own result; only calls of async tools are answered from outside.`,
    );
  if (!isAwaited || !(await dispatchToolCall(ctx, call, event, writes)))
    throw agentError(
      "tool_call_settled",
      `Tool call "${toolCallId}" is already ${statusOf(call, isAwaited)}.`,
    );
}
