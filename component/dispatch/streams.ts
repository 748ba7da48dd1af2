import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { MAX_CONTENT_BYTES, MAX_DELTAS } from "../lib/limits.js";
import { foldShown, type Chunk } from "../lib/shownText.js";
import { deltasFrom, liveStream, streamsOf } from "../model/streams.js";

/**
 * Closes a thread's live stream: nobody writes to it any more. What becomes of its deltas is the cleanup's work.
 *
 * @param how - whether what readers have seen of it becomes a message, marked as partial.
 * @returns false if there is no such stream, since nothing of it was written.
 */
export async function closeStream(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  how: "keep" | "drop",
): Promise<boolean> {
  const stream = await liveStream(ctx, threadId);
  if (stream) await ctx.db.patch("streams", stream._id, { closed: how });
  return stream !== null;
}

/**
 * Deletes a stream whose text is in a committed message.
 *
 * @returns false if it has more deltas than one transaction deletes: then it is closed.
 */
export async function retireStream(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  const stream = await liveStream(ctx, threadId);
  if (!stream || (await deleteDeltas(ctx, stream._id))) {
    if (stream) await ctx.db.delete("streams", stream._id);
    return true;
  }
  await ctx.db.patch("streams", stream._id, { closed: "drop" });
  return false;
}

/** Turns what readers have seen of closed streams into messages. */
export async function keepShown(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  for await (const stream of streamsOf(ctx, threadId, "keep")) {
    await insertShown(ctx, stream);
    await ctx.db.patch("streams", stream._id, { closed: "drop" });
  }
}

async function insertShown(ctx: MutationCtx, { _id, threadId, position }: Doc<"streams">): Promise<void> {
  const { rows } = await takeBounded(deltasFrom(ctx, _id), { maxRows: MAX_DELTAS });
  const parts = foldShown(
    rows.flatMap(({ chunks }) => chunks as (Chunk | string)[]),
    MAX_CONTENT_BYTES,
  );
  if (parts.length === 0) return;
  await ctx.db.insert("messages", { threadId, position, role: "assistant", parts, partial: true });
}

/**
 * Deletes a batch of what closed streams are made of.
 *
 * @returns true when nothing is left of them.
 */
export async function deleteClosed(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  const stream = await streamsOf(ctx, threadId, "drop").first();
  if (!stream) return true;
  if (!(await deleteDeltas(ctx, stream._id))) return false;
  await ctx.db.delete("streams", stream._id);
  return (await streamsOf(ctx, threadId, "drop").first()) === null;
}

/** Deletes a batch of a stream's deltas. Returns true when none is left. */
async function deleteDeltas(ctx: MutationCtx, streamId: Id<"streams">): Promise<boolean> {
  const { rows, more } = await takeBounded(deltasFrom(ctx, streamId));
  for (const { _id } of rows) await ctx.db.delete("deltas", _id);
  return !more;
}
