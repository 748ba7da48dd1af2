import type { FunctionHandle } from "convex/server";
import { ConvexError, convexToJson, getConvexSize, v, type Value } from "convex/values";
import type { Failure } from "../machines/failure.js";
import { internal } from "./_generated/api.js";
import { internalAction, type ActionCtx } from "./_generated/server.js";
import { MAX_INLINE_RESULT_BYTES } from "./lib/limits.js";
import { vCallKey, type HandlerOutcome } from "./validators/thread.js";

/** A deliberate error reaches the model as the handler gave it, any other by its message. */
function failureOf(error: unknown): Failure {
  if (error instanceof ConvexError) {
    const data: unknown = error.data;
    return { code: "tool_error", message: typeof data === "string" ? data : JSON.stringify(data) };
  }
  return { code: "tool_threw", message: error instanceof Error ? error.message : String(error) };
}

/** Runs a tool's handler once and reports the outcome. */
export const run = internalAction({
  args: {
    call: vCallKey,
    epoch: v.number(),
    handler: v.string(),
    args: v.any(),
    /** The app's action that decides whether an error is worth another attempt, and its arguments. */
    classify: v.optional(v.object({ action: v.string(), args: v.any() })),
    storeLargeResults: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { call, epoch, handler, args, classify, storeLargeResults = false }) => {
    let outcome: HandlerOutcome;
    try {
      const output: unknown = await ctx.runAction(handler as FunctionHandle<"action">, args as never);
      outcome = storeLargeResults && isLarge(output) ? await store(ctx, output) : { output: output ?? null };
    } catch (error) {
      outcome = { error: failureOf(error), retryable: await isRetryable(ctx, error, classify) };
    }
    await ctx.runMutation(internal.toolEvents.settle, { call, epoch, outcome });
    return null;
  },
});

/**
 * Convex's own words for arguments that a handler does not take, and for results that it cannot return. Another
 * attempt would come to the same, and the handler may have had its effect.
 */
const CANNOT_SUCCEED =
  /not a (?:supported|valid) Convex|Field name .*(?:reserved|invalid|must)|ArgumentValidationError|ReturnsValidationError|Validator error/i;

/** A ConvexError is an answer; of other errors the tool's classifier decides, if it has one and it does not fail. */
async function isRetryable(
  ctx: ActionCtx,
  error: unknown,
  classify: { action: string; args: Record<string, unknown> } | undefined,
): Promise<boolean> {
  const { message } = failureOf(error);
  if (error instanceof ConvexError || CANNOT_SUCCEED.test(message)) return false;
  if (!classify) return true;
  const action = classify.action as FunctionHandle<"action", Record<string, unknown>, boolean>;
  try {
    return await ctx.runAction(action, { ...classify.args, error: message });
  } catch {
    return true;
  }
}

const isLarge = (output: unknown): boolean => getConvexSize(output as Value) > MAX_INLINE_RESULT_BYTES;

/** Stores a large result as a JSON file; the outcome has its URL. */
async function store(ctx: ActionCtx, output: unknown): Promise<HandlerOutcome> {
  const json = JSON.stringify(convexToJson(output as Value));
  const file = await ctx.storage.store(new Blob([json], { type: "application/json" }));
  return { output: { url: await ctx.storage.getUrl(file), bytes: json.length }, file };
}
