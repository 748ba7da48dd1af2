import type { Doc, Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import type { CallKey } from "./validators.js";

/** The call at this place of a step. */
export const callByKey = (ctx: QueryCtx, { threadId, position, index }: CallKey) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", position).eq("index", index))
    .unique();

/**
 * The tool call with this id.
 *
 * @param threadId - needed only where more than one thread has a call with the id.
 * @throws tool_call_not_found, tool_call_ambiguous
 */
export async function findToolCall(
  ctx: QueryCtx,
  { toolCallId, threadId }: { toolCallId: string; threadId?: string },
): Promise<Doc<"toolCalls">> {
  const first = await ctx.db
    .query("toolCalls")
    .withIndex("by_toolCallId", (q) => q.eq("toolCallId", toolCallId))
    .first();
  const thread = threadId === undefined ? first?.threadId : ctx.db.normalizeId("threads", threadId);
  if (thread && threadId === undefined) await refuseAmbiguous(ctx, toolCallId, thread);
  // Providers may use an id again in a later step: the call that still waits, which sorts last, is the one meant.
  const call =
    thread &&
    (await ctx.db
      .query("toolCalls")
      .withIndex("by_toolCallId", (q) => q.eq("toolCallId", toolCallId).eq("threadId", thread))
      .order("desc")
      .first());
  if (!call) throw fail("tool_call_not_found", `There is no tool call "${toolCallId}".`);
  return call;
}

async function refuseAmbiguous(ctx: QueryCtx, toolCallId: string, threadId: Id<"threads">): Promise<void> {
  const other = await ctx.db
    .query("toolCalls")
    .withIndex("by_toolCallId", (q) => q.eq("toolCallId", toolCallId).gt("threadId", threadId))
    .first();
  if (other)
    throw fail("tool_call_ambiguous", `More than one thread has a tool call "${toolCallId}": pass threadId.`);
}
