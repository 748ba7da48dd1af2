import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./_generated/server.js";
import { takeBounded } from "./budget.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
import { foldShown, type Chunk } from "./shownText.js";

const deltasOf = (ctx: QueryCtx, streamId: Id<"streams">) =>
  ctx.db.query("deltas").withIndex("by_stream", (q) => q.eq("streamId", streamId));

/** The live stream of a thread; there is one at most. */
export const liveStream = (ctx: QueryCtx, threadId: Id<"threads">) =>
  ctx.db
    .query("streams")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .first();

/** Whether a delta was written already. */
export async function hasDelta(ctx: QueryCtx, streamId: Id<"streams">, seq: number): Promise<boolean> {
  const delta = await ctx.db
    .query("deltas")
    .withIndex("by_stream", (q) => q.eq("streamId", streamId).eq("seq", seq))
    .first();
  return delta !== null;
}

/** When the stream last gave a sign of life, in milliseconds since the epoch. */
export async function lastSignOfLife(ctx: QueryCtx, stream: Doc<"streams">): Promise<number> {
  const newest = await deltasOf(ctx, stream._id).order("desc").first();
  return Math.max(stream.heartbeatAt, newest?._creationTime ?? 0);
}

/**
 * Ends a generation's stream and deletes its deltas.
 *
 * @param keep - what readers saw of it becomes a message, marked as partial.
 */
export async function closeStream(
  ctx: MutationCtx,
  { _id: threadId }: Doc<"threads">,
  { generation, keep }: { generation: number; keep: boolean },
): Promise<void> {
  const stream = await liveStream(ctx, threadId);
  if (stream?.generation !== generation) return;
  if (keep) await keepShown(ctx, stream);
  await ctx.db.delete("streams", stream._id);
  await deleteDeltas(ctx, stream._id);
}

async function keepShown(ctx: MutationCtx, { _id, threadId, position }: Doc<"streams">): Promise<void> {
  const { rows } = await takeBounded(deltasOf(ctx, _id), { maxRows: Infinity });
  const parts = foldShown(
    rows.flatMap(({ chunks }) => chunks as Chunk[]),
    MAX_CONTENT_BYTES,
  );
  if (parts.length === 0) return;
  await ctx.db.insert("messages", {
    threadId,
    position,
    role: "assistant",
    parts,
    toolCalls: 0,
    partial: true,
  });
}

/** Deletes a stream's deltas, a batch now and the rest in continuations. */
export async function deleteDeltas(ctx: MutationCtx, streamId: Id<"streams">): Promise<void> {
  const { rows, more } = await takeBounded(deltasOf(ctx, streamId));
  for (const { _id } of rows) await ctx.db.delete("deltas", _id);
  if (more) await ctx.scheduler.runAfter(0, internal.purge.deltas, { streamId });
}
