import type { FunctionHandle } from "convex/server";
import { ConvexError, v, type Infer } from "convex/values";
import type { Failure } from "../machines/events.js";
import { awaitsTools } from "../machines/status.js";
import { internal } from "./_generated/api.js";
import { internalAction, internalMutation, type MutationCtx } from "./_generated/server.js";
import { cancelToolCalls, fitsIn, startBatch, type Round } from "./toolCallRows.js";
import { updateToolCall } from "./updateToolCall.js";
import { vFailure } from "./validators.js";

const vCall = v.object({ threadId: v.id("threads"), position: v.number(), index: v.number() });
const vRound = { threadId: v.id("threads"), generation: v.number() };
const vHandlerOutcome = v.union(
  v.object({ output: v.any() }),
  v.object({ error: vFailure, retryable: v.boolean() }),
);

const RESULT_TOO_LARGE: Failure = {
  code: "result_too_large",
  message:
    "The tool ran, but what it answered is larger than a document can hold (1 MiB with its arguments).",
};

/** A deliberate error reaches the model as the handler gave it, any other by its message. */
function failureOf(error: unknown): Failure {
  if (error instanceof ConvexError) {
    const data: unknown = error.data;
    return { code: "tool_error", message: typeof data === "string" ? data : JSON.stringify(data) };
  }
  return { code: "tool_threw", message: error instanceof Error ? error.message : String(error) };
}

/** Runs a tool's handler once and reports what came of it. */
export const run = internalAction({
  args: { call: vCall, epoch: v.number(), handler: v.string(), args: v.any() },
  returns: v.null(),
  handler: async (ctx, { call, epoch, handler, args }) => {
    let outcome: Infer<typeof vHandlerOutcome>;
    try {
      const output: unknown = await ctx.runAction(handler as FunctionHandle<"action">, args as never);
      outcome = { output: output ?? null };
    } catch (error) {
      outcome = { error: failureOf(error), retryable: !(error instanceof ConvexError) };
    }
    await ctx.runMutation(internal.executor.settle, { call, epoch, outcome });
    return null;
  },
});

/** Records what came of one run of a handler. A run that is no longer wanted changes nothing. */
export const settle = internalMutation({
  args: { call: vCall, epoch: v.number(), outcome: vHandlerOutcome },
  returns: v.null(),
  handler: async (ctx, { call, epoch, outcome }) => {
    const row = await findCall(ctx, call);
    if (!row) return null;
    const answered = "error" in outcome ? outcome.error.message : (outcome.output as unknown);
    if (!fitsIn(row, answered)) {
      const failed = { type: "HANDLER_FAILED", epoch, retryable: false, error: RESULT_TOO_LARGE } as const;
      await updateToolCall(ctx, row, failed);
    } else if ("error" in outcome) {
      await updateToolCall(ctx, row, { type: "HANDLER_FAILED", epoch, ...outcome });
    } else {
      await updateToolCall(ctx, row, { type: "HANDLER_RETURNED", epoch }, outcome.output);
    }
    return null;
  },
});

/** The backoff of a tool whose handler threw is over. */
export const retryDue = internalMutation({
  args: { call: vCall, epoch: v.number() },
  returns: v.null(),
  handler: async (ctx, { call, epoch }) => {
    const row = await findCall(ctx, call);
    if (row && (await isAwaited(ctx, row))) await updateToolCall(ctx, row, { type: "RETRY_DUE", epoch });
    return null;
  },
});

/** Starts the next batch of a step with very many calls. */
export const startMore = internalMutation({
  args: { ...vRound, after: v.number() },
  returns: v.null(),
  handler: async (ctx, { after, ...round }) => {
    if (await isAwaited(ctx, round)) await startBatch(ctx, round, after);
    return null;
  },
});

/** Cancels the next batch of a step with very many calls. */
export const cancelMore = internalMutation({
  args: vRound,
  returns: v.null(),
  handler: async (ctx, round) => {
    await cancelToolCalls(ctx, round);
    return null;
  },
});

/** A stopped thread's calls are cancelled in batches: one whose batch is yet to come must not start before it. */
async function isAwaited(ctx: MutationCtx, { threadId, generation }: Round): Promise<boolean> {
  const thread = await ctx.db.get("threads", threadId);
  return thread !== null && awaitsTools(thread.snapshot, generation);
}

function findCall(ctx: MutationCtx, { threadId, position, index }: Infer<typeof vCall>) {
  return ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", position).eq("index", index))
    .unique();
}
