import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";

/** Deletes a tool call, and the file that holds its result when no copy of the call has it, too. */
export async function deleteToolCall(ctx: MutationCtx, { _id, file }: Doc<"toolCalls">): Promise<void> {
  await ctx.db.delete("toolCalls", _id);
  if (!file) return;
  const copy = await ctx.db
    .query("toolCalls")
    .withIndex("by_file", (q) => q.eq("file", file))
    .first();
  if (!copy) await ctx.storage.delete(file);
}
