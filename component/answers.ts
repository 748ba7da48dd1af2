import { getConvexSize, v, type Value } from "convex/values";
import type { ToolCallEvent } from "../machines/events.js";
import { toolCallStatus } from "../machines/status.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { findToolCall } from "./findToolCall.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
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
    const bytes = getConvexSize(result as Value) + getConvexSize(call.input as Value);
    if (bytes > MAX_CONTENT_BYTES)
      throw fail("result_too_large", `The result is larger than a document can hold: ${bytes} bytes.`);
    await answer(ctx, call, { type: "RESULT_GIVEN" }, result);
    return null;
  },
});

/**
 * Answers an async tool's call with an error, which the model sees.
 *
 * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_settled
 */
export const addError = mutation({
  args: { ...vWhich, error: v.string() },
  returns: v.null(),
  handler: async (ctx, { error, ...which }) => {
    const call = await findToolCall(ctx, which);
    await answer(ctx, call, { type: "ERROR_GIVEN", error: { code: "tool_error", message: error } });
    return null;
  },
});

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
