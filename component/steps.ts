import { v } from "convex/values";
import { holdsLease, mayContinue, type LeaseHolder } from "../machines/describe.js";
import { currentCall } from "../machines/thread/context.js";
import type { Tokens } from "../machines/thread/tokens.js";
import type { Id } from "./_generated/dataModel.js";
import { mutation, type MutationCtx, type QueryCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { keepShown } from "./dispatch/streams.js";
import { MAX_DELTAS } from "./lib/limits.js";
import { checkMetadata } from "./lib/metadata.js";
import { checkStep } from "./lib/stepSize.js";
import { readDetails } from "./model/details.js";
import { readHistory } from "./model/history.js";
import { committedAnswer } from "./model/messages.js";
import { leanUsage } from "./model/usage.js";
import { hasDelta, openStream } from "./model/streams.js";
import { findThread, type LoadedThread } from "./model/threads.js";
import { takenCalls } from "./model/toolCalls.js";
import { turnAt } from "./model/turns.js";
import { vFailure } from "./validators/machine.js";
import {
  vHistoryPage,
  vOutput,
  vPart,
  vProviderMetadata,
  vSent,
  vStreamed,
  vUsage,
  type Usage,
} from "./validators/message.js";
import {
  vCommitOutcome,
  vPlace,
  vRequestedToolCall,
  vStepLease,
  vStepOutcome,
  vThreadFacts,
  type CommitOutcome,
  type StepLease,
} from "./validators/thread.js";

/**
 * A stream handler's first call: it claims the step and reads the newest part of the transcript in one transaction, so that no
 * message can come in between.
 *
 * @returns null if the handler is stale.
 */
export const claim = mutation({
  args: { ...vStepLease, maxMessages: v.optional(v.number()) },
  returns: v.union(
    v.null(),
    v.object({
      turn: v.number(),
      step: v.number(),
      attempt: v.number(),
      history: vHistoryPage,
      thread: vThreadFacts,
    }),
  ),
  handler: async (ctx, { threadId, generation, lease, maxMessages }) => {
    const thread = await findThread(ctx, threadId);
    if (!thread) return null;
    const claimed = await dispatch(ctx, thread, { type: "STREAM_STARTED", generation, lease });
    // A claim that was done and not answered is made again.
    const held = claimed?.thread ?? (holdsLease(thread.snapshot, { generation, lease }) ? thread : null);
    if (!held) return null;
    await keepShown(ctx, held._id);
    const { context } = held.snapshot;
    const history = await readHistory(ctx, held, { maxMessages });
    const { metadata } = await readDetails(ctx, held._id);
    const { owner, agentName: agent } = held;
    const facts = { owner, agent, metadata };
    return { ...currentCall(context), attempt: context.attempt, history, thread: facts };
  },
});

/** The lease holder that writes to a stream, which it knows from its first write on. */
const vWriter = { ...vStepLease, streamId: v.optional(v.id("streams")) };

/**
 * Appends to the live stream. A stream has a bounded number of deltas: what comes after them is left to the commit.
 *
 * @param chunks - UIMessageChunks; a string continues the text before it.
 * @param again - an earlier try failed, and may still have been stored.
 * @returns the stream's id, or null if the handler has lost its lease: nothing was written.
 */
export const flush = mutation({
  args: { ...vWriter, seq: v.number(), chunks: v.array(v.any()), again: v.optional(v.boolean()) },
  returns: v.union(v.id("streams"), v.null()),
  handler: async (ctx, { seq, chunks, again = false, ...writer }) => {
    const streamId = await writableStream(ctx, writer);
    if (streamId === null || (again && (await hasDelta(ctx, streamId, seq)))) return streamId;
    // Beyond the bound it is a sign of life only.
    if (seq < MAX_DELTAS) await ctx.db.insert("deltas", { stream: streamId, seq, chunks });
    else await ctx.db.patch("streams", streamId, { heartbeatAt: Date.now() });
    return streamId;
  },
});

/**
 * A sign of life while the model is silent.
 *
 * @returns the stream's id, or null if the handler has lost its lease.
 */
export const heartbeat = mutation({
  args: vWriter,
  returns: v.union(v.id("streams"), v.null()),
  handler: async (ctx, writer) => {
    const streamId = await writableStream(ctx, writer);
    if (streamId !== null) await ctx.db.patch("streams", streamId, { heartbeatAt: Date.now() });
    return streamId;
  },
});

/** The fence before every write to a stream. The stream is closed or deleted as soon as its handler loses the step. */
async function writableStream(
  ctx: MutationCtx,
  { streamId, ...lease }: StepLease & { streamId?: Id<"streams"> },
): Promise<Id<"streams"> | null> {
  if (streamId !== undefined) {
    const stream = await ctx.db.get("streams", streamId);
    return stream && stream.closed === undefined ? streamId : null;
  }
  const thread = await findLeased(ctx, lease);
  return thread && openStream(ctx, thread);
}

/**
 * Commits a step: its message, its tool calls and the transition, all or nothing.
 *
 * @param place - the turn and step that the handler claimed: a commit that was stored and not answered is answered when it is
 * sent again.
 * @param takesCalls - the handler can run tool calls itself, and may be given some of the step's. Default: false.
 * @returns whether the turn goes on, how it ended, or which calls the handler is to run; null if the handler has lost its
 * lease, and then nothing was written and nothing will run.
 * @throws step_too_large, metadata_too_large
 */
export const commit = mutation({
  args: {
    ...vStepLease,
    place: v.optional(vPlace),
    takesCalls: v.optional(v.boolean()),
    parts: v.array(vPart),
    toolCalls: v.array(vRequestedToolCall),
    finishReason: v.optional(v.string()),
    usage: v.optional(vUsage),
    providerMetadata: v.optional(vProviderMetadata),
    output: v.optional(vOutput),
    streamed: v.optional(vStreamed),
    metadata: vSent.metadata,
  },
  returns: vCommitOutcome,
  handler: async (
    ctx,
    { threadId, generation, lease, place, takesCalls, parts, toolCalls, ...rest },
  ): Promise<CommitOutcome> => {
    const thread = await findThread(ctx, threadId);
    if (!thread) return null;
    const holder = { generation, lease };
    if (!holdsLease(thread.snapshot, holder))
      return place ? outcomeOfCommitted(ctx, thread, holder, place) : null;
    checkStep({ parts, toolCalls, ...rest });
    checkMetadata(rest.metadata);
    const usage = rest.usage && leanUsage(rest.usage);
    const answer = {
      role: "assistant" as const,
      parts,
      toolCalls: toolCalls.length || undefined,
      ...rest,
      usage,
    };
    const { cost } = usage ?? {};
    const finished = { ...holder, toolCalls: toolCalls.length, tokens: tokensOf(rest.usage), cost };
    const committed = await dispatch(
      ctx,
      thread,
      { type: "STREAM_FINISHED", ...finished },
      { message: parts.length > 0 ? answer : undefined, requested: toolCalls, handlerTakes: takesCalls },
    );
    if (!committed) return null;
    const { ended, taken, messageId } = committed;
    return taken.length > 0 ? { taken, messageId: messageId! } : (ended?.outcome ?? "continues");
  },
});

/** The outcome of a step that is committed already; null if it is not. */
async function outcomeOfCommitted(
  ctx: QueryCtx,
  { _id: threadId, snapshot }: LoadedThread,
  holder: LeaseHolder,
  place: { turn: number; step: number },
): Promise<CommitOutcome> {
  const answer = await committedAnswer(ctx, threadId, place);
  if (!answer) return null;
  if (mayContinue(snapshot, holder)) {
    const taken = await takenCalls(ctx, { threadId, generation: holder.generation });
    if (taken.length > 0) return { taken, messageId: answer._id };
  }
  const ended = await turnAt(ctx, threadId, place.turn);
  const isLast = !(await committedAnswer(ctx, threadId, { ...place, step: place.step + 1 }));
  return ended && isLast ? ended.outcome : "continues";
}

/** What a model call used, as its provider counted it. */
function tokensOf(usage: Usage | undefined): Tokens | undefined {
  if (!usage) return undefined;
  const { inputTokens: input = 0, outputTokens: output = 0, totalTokens } = usage;
  // Some providers do not count the total, and say 0.
  const total = totalTokens || input + output;
  const { reasoningTokens: reasoning = 0, cachedInputTokens: cached = 0, cacheWriteTokens = 0 } = usage;
  return { input, output, reasoning, cached, cacheWrite: cacheWriteTokens, total };
}

/**
 * Reports that the step failed.
 *
 * @returns whether the turn goes on with another attempt, or how it ended; null if the handler has lost its lease.
 */
export const failed = mutation({
  args: {
    ...vStepLease,
    error: vFailure,
    retryable: v.boolean(),
    retryAfterMs: v.union(v.number(), v.null()),
  },
  returns: vStepOutcome,
  handler: async (ctx, { threadId, ...failure }) => {
    const thread = await findThread(ctx, threadId);
    const reported = thread && (await dispatch(ctx, thread, { type: "STREAM_FAILED", ...failure }));
    return reported && (reported.ended?.outcome ?? "continues");
  },
});

/** The thread, if the caller is its lease holder: the fence before every write of a stream handler. */
async function findLeased(ctx: QueryCtx, { threadId, ...holder }: StepLease): Promise<LoadedThread | null> {
  const thread = await findThread(ctx, threadId);
  return thread && holdsLease(thread.snapshot, holder) ? thread : null;
}
