import { threadSnapshot } from "../machines/stored.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";
import { takeBounded } from "./budget.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
import { positionOf } from "./position.js";
import { foldShown, type Chunk } from "./shownText.js";

/** The deltas of a stream from one on. */
export const deltasFrom = (ctx: QueryCtx, streamId: Id<"streams">, seq = 0) =>
  ctx.db.query("deltas").withIndex("by_stream", (q) => q.eq("stream", streamId).gte("seq", seq));

/** The live stream of a thread; there is one at most. */
export const liveStream = (ctx: QueryCtx, threadId: Id<"threads">) =>
  ctx.db
    .query("streams")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .first();

/** The stream that a handler writes to; its first write opens it. */
export async function openStream(
  ctx: MutationCtx,
  { _id: threadId, snapshot }: Doc<"threads">,
): Promise<Id<"streams">> {
  const { turn, steps } = threadSnapshot(snapshot).context;
  const live = await liveStream(ctx, threadId);
  if (live) return live._id;
  return ctx.db.insert("streams", { threadId, position: positionOf(turn, steps + 1) });
}

/** Whether a delta was written already. */
export async function hasDelta(ctx: QueryCtx, streamId: Id<"streams">, seq: number): Promise<boolean> {
  const delta = await ctx.db
    .query("deltas")
    .withIndex("by_stream", (q) => q.eq("stream", streamId).eq("seq", seq))
    .first();
  return delta !== null;
}

/** When the stream last gave a sign of life, in milliseconds since the epoch. */
export async function lastSignOfLife(ctx: QueryCtx, stream: Doc<"streams">): Promise<number> {
  const newest = await deltasFrom(ctx, stream._id).order("desc").first();
  return Math.max(stream._creationTime, stream.heartbeatAt ?? 0, newest?._creationTime ?? 0);
}

/**
 * Ends a thread's stream, if anything of it was written, and deletes its deltas.
 *
 * @param keep - what readers saw of it becomes a message, marked as partial.
 */
export async function closeStream(ctx: MutationCtx, threadId: Id<"threads">, keep: boolean): Promise<void> {
  const stream = await liveStream(ctx, threadId);
  if (!stream) return;
  if (keep) await keepShown(ctx, stream);
  await ctx.db.delete("streams", stream._id);
  await deleteDeltas(ctx, stream._id);
}

async function keepShown(ctx: MutationCtx, { _id, threadId, position }: Doc<"streams">): Promise<void> {
  const { rows } = await takeBounded(deltasFrom(ctx, _id), { maxRows: Infinity });
  const parts = foldShown(
    rows.flatMap(({ chunks }) => chunks as (Chunk | string)[]),
    MAX_CONTENT_BYTES,
  );
  if (parts.length === 0) return;
  await ctx.db.insert("messages", {
    threadId,
    position,
    role: "assistant",
    parts,
    partial: true,
  });
}

/** Deletes a stream's deltas, a batch now and the rest in continuations. */
export async function deleteDeltas(ctx: MutationCtx, streamId: Id<"streams">): Promise<void> {
  const { rows, more } = await takeBounded(deltasFrom(ctx, streamId));
  for (const { _id } of rows) await ctx.db.delete("deltas", _id);
  if (more) await ctx.scheduler.runAfter(0, internal.purge.deltas, { streamId });
}
