import { v } from "convex/values";
import type { ToolCallEvent } from "../machines/events.js";
import { toolCallStatus } from "../machines/status.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { findToolCall } from "./findToolCall.js";
import { fitsIn } from "./toolCallRows.js";
import { updateToolCall } from "./updateToolCall.js";

const vWhich = { toolCallId: v.string(), threadId: v.optional(v.string()) };

/**
 * Answers an async tool's call with a result.
 *
 * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addResult = mutation({
  args: { ...vWhich, result: v.any() },
  returns: v.null(),
  handler: async (ctx, { result, ...which }) => {
    const call = await findToolCall(ctx, which);
    checkSize(call, result);
    await answer(ctx, call, { type: "RESULT_GIVEN" }, result);
    return null;
  },
});

/**
 * Answers an async tool's call with an error, which the model sees.
 *
 * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_settled, result_too_large
 */
export const addError = mutation({
  args: { ...vWhich, error: v.string() },
  returns: v.null(),
  handler: async (ctx, { error, ...which }) => {
    const call = await findToolCall(ctx, which);
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

async function answer(ctx: MutationCtx, call: Doc<"toolCalls">, event: ToolCallEvent, output?: unknown) {
  const { toolCallId, toolName, snapshot } = call;
  if (snapshot.context.kind !== "async")
    throw fail(
      "tool_call_not_async",
      `Tool "${toolName}" returns its own result; only calls of async tools are answered from outside.`,
    );
  if (!(await updateToolCall(ctx, call, event, output)))
    throw fail("tool_call_settled", `Tool call "${toolCallId}" is already ${toolCallStatus(snapshot)}.`);
}
