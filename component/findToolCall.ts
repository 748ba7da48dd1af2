import type { Doc, Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { BATCH_ROWS } from "./limits.js";
import { findListed } from "./threadRows.js";
import type { CallKey, Target } from "./validators.js";

/** Of how many threads with the same call's id the caller is asked whether one is meant. */
const MAX_CANDIDATES = 10;

/** The call at this place of a step. */
export const callByKey = (ctx: QueryCtx, { threadId, position, index }: CallKey) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_step", (q) => q.eq("threadId", threadId).eq("position", position).eq("index", index))
    .unique();

/**
 * The tool call of a thread with this id.
 *
 * @throws tool_call_not_found - also where there is no such thread, or it is another's.
 */
export async function findToolCall(
  ctx: QueryCtx,
  { toolCallId, ...target }: Target & { toolCallId: string },
): Promise<Doc<"toolCalls">> {
  const thread = await findListed(ctx, target);
  // Providers may use an id again in a later step: the call that still waits, which sorts last, is the one meant.
  const call =
    thread &&
    (await ctx.db
      .query("toolCalls")
      .withIndex("by_toolCallId", (q) => q.eq("toolCallId", toolCallId).eq("threadId", thread._id))
      .order("desc")
      .first());
  if (!call) throw fail("tool_call_not_found", `There is no tool call "${toolCallId}".`);
  return call;
}

/** The threads with a tool call of this id, as far as they belong to an owner: at most as many as a batch looks at. */
export async function threadsWithCall(
  ctx: QueryCtx,
  { toolCallId, owner }: { toolCallId: string; owner: Target["owner"] },
): Promise<Id<"threads">[]> {
  const found: Id<"threads">[] = [];
  let call = await callAfter(ctx, toolCallId, null);
  for (let looked = 0; call && looked < BATCH_ROWS && found.length < MAX_CANDIDATES; looked++) {
    const { threadId } = call;
    if (await findListed(ctx, { threadId, owner })) found.push(threadId);
    call = await callAfter(ctx, toolCallId, threadId);
  }
  return found;
}

/** The first call with this id in the threads after one. */
const callAfter = (ctx: QueryCtx, toolCallId: string, threadId: Id<"threads"> | null) =>
  ctx.db
    .query("toolCalls")
    .withIndex("by_toolCallId", (q) => {
      const alike = q.eq("toolCallId", toolCallId);
      return threadId === null ? alike : alike.gt("threadId", threadId);
    })
    .first();
