import type { Doc, Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";

/** The message that a client calls by this key, or null. */
export const findMessage = (
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { key }: { key: string },
): Promise<Doc<"messages"> | null> =>
  ctx.db
    .query("messages")
    .withIndex("by_key", (q) => q.eq("threadId", threadId).eq("key", key))
    .first();

/**
 * A message of a thread.
 *
 * @throws message_not_found
 */
export async function getMessage(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  messageId: string,
): Promise<Doc<"messages">> {
  const id = ctx.db.normalizeId("messages", messageId);
  const message = id && (await ctx.db.get("messages", id));
  if (message?.threadId !== threadId) throw fail("message_not_found", `There is no message "${messageId}".`);
  return message;
}
