import { v } from "convex/values";
import type { ToolCallEvent } from "../machines/events.js";
import { isAwaitingApproval, toolCallStatus } from "../machines/status.js";
import { toolCallSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { findToolCall } from "./findToolCall.js";
import { watchAgain } from "./recovery.js";
import { fitsIn } from "./toolCallRows.js";
import { updateToolCall } from "./updateToolCall.js";
import { vTarget } from "./validators.js";

const vWhich = { toolCallId: v.string(), ...vTarget };

/**
 * Answers an async tool's call with a result.
 *
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addResult = mutation({
  args: { ...vWhich, result: v.any() },
  returns: v.null(),
  handler: async (ctx, { result, toolCallId, threadId, owner }) => {
    const call = await findToolCall(ctx, { toolCallId, threadId, owner });
    checkSize(call, result);
    await answer(ctx, call, { type: "RESULT_GIVEN" }, { output: result as unknown });
    return null;
  },
});

/**
 * Answers an async tool's call with an error, which the model sees.
 *
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addError = mutation({
  args: { ...vWhich, error: v.string() },
  returns: v.null(),
  handler: async (ctx, { error, toolCallId, threadId, owner }) => {
    const call = await findToolCall(ctx, { toolCallId, threadId, owner });
    checkSize(call, error);
    await answer(ctx, call, { type: "ERROR_GIVEN", error: { code: "tool_error", message: error } });
    return null;
  },
});

function checkSize(call: Doc<"toolCalls">, outcome: unknown): void {
  if (!fitsIn(call, outcome))
    throw fail(
      "result_too_large",
      "With the call's arguments, this is larger than a document can hold (1 MiB).",
    );
}

/**
 * Moves the deadline of an async tool's call, or removes it.
 *
 * @param ms - from now; null: the call may wait for any time.
 * @throws tool_call_not_found, tool_call_not_async, tool_call_settled, invalid_deadline
 */
export const moveDeadline = mutation({
  args: { ...vWhich, ms: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { ms, toolCallId, threadId, owner }) => {
    if (ms !== null && !(ms > 0 && Number.isFinite(ms)))
      throw fail("invalid_deadline", `A deadline is a number of milliseconds from now, or null; not ${ms}.`);
    await answer(ctx, await findToolCall(ctx, { toolCallId, threadId, owner }), {
      type: "DEADLINE_MOVED",
      ms,
    });
    return null;
  },
});

/**
 * Lets a call run that needs approval.
 *
 * @param input - arguments that a person edited; the model's own unless given.
 * @throws tool_call_not_found, tool_call_not_awaiting_approval, result_too_large
 */
export const approve = mutation({
  args: { ...vWhich, input: v.optional(v.any()) },
  returns: v.null(),
  handler: async (ctx, { input, toolCallId, threadId, owner }) => {
    const call = await findToolCall(ctx, { toolCallId, threadId, owner });
    if (input !== undefined) checkSize({ ...call, input: null }, input);
    await decide(ctx, call, { type: "APPROVE" }, input === undefined ? {} : { input: input as unknown });
    await watchAgain(ctx, call.threadId);
    return null;
  },
});

/**
 * Settles a call that needs approval as denied: it does not run, and the model is told why.
 *
 * @throws tool_call_not_found, tool_call_not_awaiting_approval, result_too_large
 */
export const deny = mutation({
  args: { ...vWhich, reason: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { reason = "The user denied this tool call.", toolCallId, threadId, owner }) => {
    const call = await findToolCall(ctx, { toolCallId, threadId, owner });
    checkSize(call, reason);
    await decide(ctx, call, { type: "DENY", error: { code: "denied", message: reason } });
    return null;
  },
});

type Brings = Parameters<typeof updateToolCall>[3];

async function decide(ctx: MutationCtx, call: Doc<"toolCalls">, event: ToolCallEvent, brings?: Brings) {
  if (await updateToolCall(ctx, call, event, brings)) return;
  const { toolCallId } = call;
  const snapshot = toolCallSnapshot(call.snapshot);
  throw fail(
    "tool_call_not_awaiting_approval",
    `Tool call "${toolCallId}" does not wait for an approval: it is ${toolCallStatus(snapshot)}.`,
  );
}

async function answer(ctx: MutationCtx, call: Doc<"toolCalls">, event: ToolCallEvent, brings?: Brings) {
  const { toolCallId, toolName } = call;
  const snapshot = toolCallSnapshot(call.snapshot);
  if (isAwaitingApproval(snapshot))
    throw fail(
      "tool_call_awaiting_approval",
      `Tool call "${toolCallId}" has to be approved or denied first.`,
    );
  if (snapshot.context.kind !== "async")
    throw fail(
      "tool_call_not_async",
      `Tool "${toolName}" returns its own result; only calls of async tools are answered from outside.`,
    );
  if (!(await updateToolCall(ctx, call, event, brings)))
    throw fail("tool_call_settled", `Tool call "${toolCallId}" is already ${toolCallStatus(snapshot)}.`);
}
