import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { currentCall } from "../../machines/thread/context.js";
import { positionOf } from "../lib/position.js";
import type { LoadedThread } from "./threads.js";

/** The deltas of a stream from one on. */
export const deltasFrom = (ctx: QueryCtx, streamId: Id<"streams">, seq = 0) =>
  ctx.db.query("deltas").withIndex("by_stream", (q) => q.eq("stream", streamId).gte("seq", seq));

/** The streams of a thread that are open (undefined), or were closed to be kept or dropped. */
export const streamsOf = (ctx: QueryCtx, threadId: Id<"threads">, closed: Doc<"streams">["closed"]) =>
  ctx.db.query("streams").withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("closed", closed));

/** The live stream of a thread; there is one at most. */
export const liveStream = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"streams"> | null> =>
  streamsOf(ctx, threadId, undefined).first();

/** The stream that readers see: the live one, or one that ended before its text has become a message. */
export const shownStream = async (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"streams"> | null> =>
  (await liveStream(ctx, threadId)) ?? (await streamsOf(ctx, threadId, "keep").first());

/** The stream that a handler writes to; its first write opens it. */
export async function openStream(
  ctx: MutationCtx,
  { _id: threadId, snapshot }: LoadedThread,
): Promise<Id<"streams">> {
  const live = await liveStream(ctx, threadId);
  if (live) return live._id;
  const { turn, step } = currentCall(snapshot.context);
  return ctx.db.insert("streams", { threadId, position: positionOf(turn, step) });
}

/** Whether a delta is stored already. */
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
