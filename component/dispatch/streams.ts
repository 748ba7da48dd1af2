import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { MAX_CONTENT_BYTES } from "../lib/limits.js";
import { foldShown, type Chunk } from "../lib/shownText.js";
import { deltasFrom, liveStream } from "../model/streams.js";

/**
 * Ends a thread's stream, if anything of it was written, and deletes its deltas.
 *
 * @param keep - what readers have seen of it becomes a message, marked as partial.
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
  await ctx.db.insert("messages", { threadId, position, role: "assistant", parts, partial: true });
}

/** Deletes a stream's deltas, a batch now and the rest in continuations. */
export async function deleteDeltas(ctx: MutationCtx, streamId: Id<"streams">): Promise<void> {
  const { rows, more } = await takeBounded(deltasFrom(ctx, streamId));
  for (const { _id } of rows) await ctx.db.delete("deltas", _id);
  if (more) await ctx.scheduler.runAfter(0, internal.purge.deltas, { streamId });
}
