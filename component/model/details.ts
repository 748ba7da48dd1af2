import type { Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { agentError } from "../lib/errors.js";
import { MAX_TITLE_LENGTH } from "../lib/limits.js";
import { checkMetadata } from "../lib/metadata.js";
import type { vMetadata } from "../validators/thread.js";

/** A thread's title and metadata. */
export interface Details {
  title?: string;
  metadata?: Infer<typeof vMetadata>;
}

/** A change of them: null removes. */
export interface DetailsChange {
  title?: string | null;
  metadata?: Infer<typeof vMetadata> | null;
}

/** The title and metadata of a thread. */
export async function readDetails(ctx: QueryCtx, threadId: Id<"threads">): Promise<Details> {
  const row = await findDetails(ctx, threadId);
  return {
    ...(row?.title !== undefined && { title: row.title }),
    ...(row?.metadata && { metadata: row.metadata }),
  };
}

/**
 * Changes a thread's title and metadata. They have a row as long as there is one or the other.
 *
 * @throws invalid_title, metadata_too_large
 */
export async function changeDetails(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { title, metadata }: DetailsChange,
): Promise<void> {
  if (title === undefined && metadata === undefined) return;
  check({ title, metadata });
  const row = await findDetails(ctx, threadId);
  const changed: Details = {
    title: title === undefined ? row?.title : (title ?? undefined),
    metadata: metadata === undefined ? row?.metadata : (metadata ?? undefined),
  };
  const isEmpty = changed.title === undefined && changed.metadata === undefined;
  if (row && isEmpty) await ctx.db.delete("details", row._id);
  else if (row) await ctx.db.patch("details", row._id, changed);
  else if (!isEmpty) await ctx.db.insert("details", { threadId, ...changed });
}

/** Removes a thread's title and metadata. */
export const deleteDetails = (ctx: MutationCtx, threadId: Id<"threads">): Promise<void> =>
  changeDetails(ctx, threadId, { title: null, metadata: null });

const findDetails = (ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"details"> | null> =>
  ctx.db
    .query("details")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .unique();

function check({ title, metadata }: DetailsChange): void {
  if (title != null && (title.trim() === "" || title.length > MAX_TITLE_LENGTH))
    throw agentError("invalid_title", `A title has 1 to ${MAX_TITLE_LENGTH} characters, not only space.`);
  checkMetadata(metadata);
}
