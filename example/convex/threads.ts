import { v } from "convex/values";
import { api } from "./_generated/api";
import { mutation } from "./_generated/server";
import { versionsOf } from "./versions";

/** The longest title that a thread may have. */
const MAX_TITLE_LENGTH = 200;

/** Continues a copy of a thread, up to a message, under a name of its own. */
export const forkThread = mutation({
  args: { threadId: v.string(), messageId: v.string() },
  returns: v.string(),
  handler: async (ctx, args): Promise<string> => {
    const forkId = await ctx.runMutation(api.chat.forkThread, args);
    const source = await ctx.runQuery(api.chat.getThread, { threadId: args.threadId });
    const title = `Copy of ${source?.title ?? "Untitled"}`.slice(0, MAX_TITLE_LENGTH);
    // A version's metadata is not that of a thread that goes on from it.
    await ctx.runMutation(api.chat.updateThread, { threadId: forkId, title, metadata: null });
    return forkId;
  },
});

/** Deletes a thread, with its earlier versions. */
export const deleteThread = mutation({
  args: { threadId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    const copies = (await versionsOf(ctx, threadId)).map(({ _id }) => _id);
    for (const id of [threadId, ...copies]) await ctx.runMutation(api.chat.deleteThread, { threadId: id });
    return null;
  },
});
