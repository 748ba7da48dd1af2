import type { FunctionHandle } from "convex/server";
import { ConvexError } from "convex/values";
import type { Failure } from "../../machines/failure.js";
import type { ActionCtx } from "../_generated/server.js";
import type { HandlerOutcome, ToolRun } from "../validators/thread.js";
import { callFailure } from "../lib/callErrors.js";
import { plainMessage } from "../lib/errorText.js";
import { encodeValue, toArguments, toJson } from "../lib/storable.js";
import { wellFormed } from "../lib/text.js";
import { classifierArgs, handlerArgs } from "./toolRun.js";

/** What running a handler needs of an action's context. */
export type RunCtx = Pick<ActionCtx, "runAction">;

/**
 * Runs a tool's handler once, and tells what came of it.
 *
 * @param keep - stores a result that is too large for a row, if the tool wants that.
 */
export async function runHandler(
  ctx: RunCtx,
  run: ToolRun,
  keep: (output: unknown) => Promise<HandlerOutcome | null>,
): Promise<HandlerOutcome> {
  let output: unknown;
  try {
    output = await ctx.runAction(actionOf(run.options.handler!), toArguments(handlerArgs(run)));
  } catch (error) {
    const failure = callFailure(error);
    if (failure === "died" || failure === "notBegun") return { unknown: failure };
    const isFinal = error instanceof ConvexError || failure === "cannotSucceed";
    return isFinal ? { error: failureOf(error), retryable: false } : classified(ctx, error, run);
  }
  try {
    return (await keep(output)) ?? { output: encodeValue(output) };
  } catch (error) {
    return notStored(plainMessage(error));
  }
}

const actionOf = (handle: string) => handle as FunctionHandle<"action">;

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
async function classified(ctx: RunCtx, thrown: unknown, run: ToolRun): Promise<HandlerOutcome> {
  const error = failureOf(thrown);
  const { classify } = run.options;
  if (classify === undefined) return { error, retryable: true };
  let retryable: unknown;
  try {
    retryable = await ctx.runAction(actionOf(classify), toArguments(classifierArgs(run, error.message)));
  } catch {
    return { error, retryable: true };
  }
  if (typeof retryable === "boolean") return { error, retryable };
  const message = `${error.message} (shouldRetryError returned ${typeof retryable} in place of a boolean.)`;
  return { error: { code: "invalid_classification", message }, retryable: false };
}

/** The handler has run, so it is not run again for a result that nobody can keep. */
export const notStored = (reason: string): HandlerOutcome => ({
  error: {
    code: "result_not_stored",
    message: `The tool ran, but its result could not be stored: ${reason}`,
  },
  retryable: false,
});
