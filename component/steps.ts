import { getConvexSize, v, type Value } from "convex/values";
import type { Tokens } from "../machines/tokens.js";
import { ownsLease, runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { mutation, type MutationCtx, type QueryCtx } from "./_generated/server.js";
import { dispatch, type LoadedThread } from "./dispatch.js";
import { fail } from "./errors.js";
import { readHistory } from "./historyRows.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
import { positionOf } from "./position.js";
import { hasDelta, openStream } from "./streamRows.js";
import { findThread } from "./threadRows.js";
import { vFailure } from "./machineValidators.js";
import {
  vHistoryPage,
  vOutput,
  vPart,
  vProviderMetadata,
  vStreamed,
  vUsage,
  type Usage,
} from "./messageValidators.js";
import {
  vCommitOutcome,
  vFailureOutcome,
  vOwner,
  vRequestedToolCall,
  type CommitOutcome,
  type RequestedToolCall,
} from "./validators.js";

/**
 * A stream handler's first call: it claims the step and reads the newest part of the transcript in one
 * transaction, so that no message can come in between. Answers null when the handler is stale.
 */
export const claim = mutation({
  args: { ...vOwner, maxMessages: v.optional(v.number()) },
  returns: v.union(
    v.null(),
    v.object({ turn: v.number(), step: v.number(), attempt: v.number(), history: vHistoryPage }),
  ),
  handler: async (ctx, { threadId, generation, lease, maxMessages }) => {
    const thread = await findThread(ctx, threadId);
    const claimed = thread && (await dispatch(ctx, thread, { type: "STREAM_STARTED", generation, lease }));
    if (!claimed) return null;
    const { turn, steps, attempt } = claimed.snapshot.context;
    const history = await readHistory(ctx, claimed, { maxMessages });
    return { turn, step: steps + 1, attempt, history };
  },
});

/** Who writes to a stream: its owner, who also knows the stream from the first write on. */
const vWriter = { ...vOwner, streamId: v.optional(v.id("streams")) };

/**
 * Appends to the live stream. Answers the stream's id, or null when the handler no longer owns the step: nothing
 * was written.
 */
export const flush = mutation({
  args: {
    ...vWriter,
    seq: v.number(),
    /** UIMessageChunks; bare text continues the text before it. */
    chunks: v.array(v.any()),
    /** True when an earlier try failed: it may have been done all the same. */
    again: v.optional(v.boolean()),
  },
  returns: v.union(v.id("streams"), v.null()),
  handler: async (ctx, { seq, chunks, again = false, ...writer }) => {
    const streamId = await writableStream(ctx, writer);
    if (streamId === null || (again && (await hasDelta(ctx, streamId, seq)))) return streamId;
    await ctx.db.insert("deltas", { stream: streamId, seq, chunks });
    return streamId;
  },
});

/** A sign of life while the model is silent. Answers as flush does. */
export const heartbeat = mutation({
  args: vWriter,
  returns: v.union(v.id("streams"), v.null()),
  handler: async (ctx, writer) => {
    const streamId = await writableStream(ctx, writer);
    if (streamId !== null) await ctx.db.patch("streams", streamId, { heartbeatAt: Date.now() });
    return streamId;
  },
});

/** The fence before every write to a stream. The stream's row goes as soon as its handler no longer owns the step. */
async function writableStream(
  ctx: MutationCtx,
  { streamId, ...owner }: Owner & { streamId?: Id<"streams"> },
): Promise<Id<"streams"> | null> {
  if (streamId !== undefined) return (await ctx.db.get("streams", streamId)) && streamId;
  const thread = await owned(ctx, owner);
  return thread && openStream(ctx, thread);
}

/**
 * Commits a step: its message, its tool calls and the transition, all or nothing. Answers what it came to: null when
 * the handler no longer owns the step, and then nothing was written and nothing will run.
 *
 * @throws step_too_large
 */
export const commit = mutation({
  args: {
    ...vOwner,
    parts: v.array(vPart),
    toolCalls: v.array(vRequestedToolCall),
    finishReason: v.optional(v.string()),
    usage: v.optional(vUsage),
    providerMetadata: v.optional(vProviderMetadata),
    output: v.optional(vOutput),
    streamed: v.optional(vStreamed),
  },
  returns: vCommitOutcome,
  handler: async (ctx, { threadId, generation, lease, parts, toolCalls, ...told }) => {
    const thread = await owned(ctx, { threadId, generation, lease });
    if (!thread) return null;
    const bytes = Math.max(getConvexSize({ parts, ...told }), ...toolCalls.map(bytesOfCall));
    if (bytes > MAX_CONTENT_BYTES)
      throw fail("step_too_large", `The answer is larger than a document can hold: ${bytes} bytes.`);
    const { turn, steps } = threadSnapshot(thread.snapshot).context;
    if (parts.length > 0) {
      await ctx.db.insert("messages", {
        threadId: thread._id,
        position: positionOf(turn, steps + 1),
        role: "assistant",
        parts,
        toolCalls: toolCalls.length || undefined,
        ...told,
      });
    }
    const finished = { generation, lease, toolCalls: toolCalls.length, tokens: tokensOf(told.usage) };
    const committed = await dispatch(ctx, thread, { type: "STREAM_FINISHED", ...finished }, toolCalls);
    return committed && commitOutcome(turn, committed, toolCalls.length);
  },
});

/** What a model call used, as its provider counted it. */
function tokensOf(usage: Usage | undefined): Tokens | undefined {
  if (!usage) return undefined;
  const { inputTokens: input = 0, outputTokens: output = 0, totalTokens: total = input + output } = usage;
  const { reasoningTokens: reasoning = 0, cachedInputTokens: cached = 0 } = usage;
  return { input, output, reasoning, cached, total };
}

/** A turn is over when its thread is settled or in its next turn; with tool calls, only its bound can end it. */
function commitOutcome(turn: number, { snapshot }: LoadedThread, toolCalls: number): CommitOutcome {
  const isOver = typeof snapshot.value === "string" || snapshot.context.turn > turn;
  if (!isOver) return "continues";
  return toolCalls > 0 ? "stopped" : "completed";
}

/** Reports that the step failed. Answers what that came to: null when the handler no longer owns the step. */
export const failed = mutation({
  args: {
    ...vOwner,
    error: vFailure,
    retryable: v.boolean(),
    retryAfterMs: v.union(v.number(), v.null()),
  },
  returns: vFailureOutcome,
  handler: async (ctx, { threadId, ...failure }) => {
    const thread = await findThread(ctx, threadId);
    const dispatched = thread && (await dispatch(ctx, thread, { type: "STREAM_FAILED", ...failure }));
    if (!dispatched) return null;
    return runningPart(dispatched.snapshot) === "backoff" ? "retry" : "failed";
  },
});

/** What a call's row holds of the step: its arguments and, if it cannot be run, why. */
const bytesOfCall = ({ input, run }: RequestedToolCall): number =>
  getConvexSize(input as Value) + ("rejected" in run ? getConvexSize(run.rejected.message) : 0);

interface Owner {
  threadId: string;
  generation: number;
  lease: string;
}

/** The thread, if the caller still owns its step: the fence before every write of a stream handler. */
async function owned(ctx: QueryCtx, { threadId, ...owner }: Owner): Promise<Doc<"threads"> | null> {
  const thread = await findThread(ctx, threadId);
  return thread && ownsLease(threadSnapshot(thread.snapshot), owner) ? thread : null;
}
