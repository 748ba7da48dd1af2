import type { FunctionHandle } from "convex/server";
import { ConvexError, convexToJson, getConvexSize, v, type Value } from "convex/values";
import type { Failure } from "../machines/failure.js";
import { internal } from "./_generated/api.js";
import { internalAction, type ActionCtx } from "./_generated/server.js";
import { callFailure } from "./lib/callErrors.js";
import { plainMessage } from "./lib/errorText.js";
import { MAX_INLINE_RESULT_BYTES } from "./lib/limits.js";
import { persistently } from "./lib/persistently.js";
import { encodeValue, toArguments, toJson } from "./lib/storable.js";
import { wellFormed } from "./lib/text.js";
import { vCallKey, type CallKey, type HandlerOutcome } from "./validators/thread.js";

/** How long an outcome is reported in vain before the error is reported that it cannot be stored, and that after it. */
const REPORT_MS = 60_000;
const LAST_REPORT_MS = 4 * 60_000;

const vClassify = v.optional(v.object({ action: v.string(), args: v.any() }));
type Classify = { action: string; args: Record<string, unknown> } | undefined;

/**
 * Runs a tool's handler once, if the call is still wanted, and reports the outcome until it is stored or refused for good.
 *
 * @param classify - the app's action that says whether an error is worth another attempt, and its arguments.
 */
export const run = internalAction({
  args: {
    call: vCallKey,
    epoch: v.number(),
    handler: v.string(),
    args: v.any(),
    classify: vClassify,
    storeLargeResults: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { call, epoch, handler, args, classify, storeLargeResults = false }) => {
    const begin = () => ctx.runMutation(internal.toolEvents.begin, { call, epoch });
    if (!(await persistently(begin, { forMs: REPORT_MS }))) return null;
    const outcome = await runHandler(ctx, { handler, args, classify, storeLargeResults });
    await report(ctx, call, epoch, outcome);
    return null;
  },
});

async function runHandler(
  ctx: ActionCtx,
  run: { handler: string; args: unknown; classify: Classify; storeLargeResults: boolean },
): Promise<HandlerOutcome> {
  let output: unknown;
  try {
    output = await ctx.runAction(run.handler as FunctionHandle<"action">, toArguments(run.args));
  } catch (error) {
    const failure = callFailure(error);
    if (failure === "died" || failure === "notBegun") return { unknown: failure };
    const isFinal = error instanceof ConvexError || failure === "cannotSucceed";
    return isFinal ? { error: failureOf(error), retryable: false } : classified(ctx, error, run.classify);
  }
  try {
    return run.storeLargeResults && isLarge(output)
      ? await store(ctx, output)
      : { output: encodeValue(output) };
  } catch (error) {
    return notStored(plainMessage(error));
  }
}

/** A deliberate error reaches the model as the handler gave it, any other by its message. */
function failureOf(error: unknown): Failure {
  if (error instanceof ConvexError) {
    const data: unknown = error.data;
    return {
      code: "tool_error",
      message: typeof data === "string" ? wellFormed(data) : JSON.stringify(toJson(data)),
    };
  }
  return { code: "tool_threw", message: plainMessage(error) };
}

/** An error, and whether it is worth another attempt: the tool's classifier decides, if it has one and it does not fail. */
async function classified(ctx: ActionCtx, thrown: unknown, classify: Classify): Promise<HandlerOutcome> {
  const error = failureOf(thrown);
  if (!classify) return { error, retryable: true };
  const action = classify.action as FunctionHandle<"action">;
  const args = toArguments({ ...classify.args, error: error.message }) as Record<string, unknown>;
  let retryable: unknown;
  try {
    retryable = await ctx.runAction(action, args);
  } catch {
    return { error, retryable: true };
  }
  if (typeof retryable === "boolean") return { error, retryable };
  const message = `${error.message} (shouldRetryError returned ${typeof retryable} in place of a boolean.)`;
  return { error: { code: "invalid_classification", message }, retryable: false };
}

const isLarge = (output: unknown): boolean => getConvexSize(output as Value) > MAX_INLINE_RESULT_BYTES;

/** Stores a large result as a JSON file; the outcome has its URL. */
async function store(ctx: ActionCtx, output: unknown): Promise<HandlerOutcome> {
  const json = JSON.stringify(convexToJson(output as Value));
  const file = await ctx.storage.store(new Blob([json], { type: "application/json" }));
  return { output: { url: await ctx.storage.getUrl(file), bytes: json.length }, file };
}

/** The handler has run, so it is not run again for a result that nobody can keep. */
const notStored = (reason: string): HandlerOutcome => ({
  error: {
    code: "result_not_stored",
    message: `The tool ran, but its result could not be stored: ${reason}`,
  },
  retryable: false,
});

/** Reporting is fenced by the epoch, so a report that was stored and not answered may come again. */
async function report(ctx: ActionCtx, call: CallKey, epoch: number, outcome: HandlerOutcome): Promise<void> {
  const settle = (what: HandlerOutcome) => () =>
    ctx.runMutation(internal.toolEvents.settle, { call, epoch, outcome: what });
  try {
    await persistently(settle(outcome), { forMs: REPORT_MS });
  } catch (error) {
    await persistently(settle(notStored(plainMessage(error))), { forMs: LAST_REPORT_MS });
  }
}
