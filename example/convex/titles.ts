import { v } from "convex/values";
import { api } from "./_generated/api";
import { mutation, query } from "./_generated/server";

const vFile = v.object({
  mediaType: v.string(),
  filename: v.optional(v.string()),
  url: v.optional(v.string()),
  storageId: v.optional(v.string()),
});

/** Longer first messages are cut for the list of threads. */
const MAX_TITLE_LENGTH = 80;

/** Starts a thread with its first message, which is also its title. A real app would note the owner here as well. */
export const startThread = mutation({
  args: { prompt: v.string(), files: v.optional(v.array(vFile)) },
  returns: v.string(),
  handler: async (ctx, { prompt, files }): Promise<string> => {
    const threadId = await ctx.runMutation(api.chat.createThread, { prompt, files });
    const title = prompt.trim().replace(/\s+/g, " ").slice(0, MAX_TITLE_LENGTH);
    await ctx.db.insert("titles", { threadId, title });
    return threadId;
  },
});

/** The newest threads' titles. */
export const listTitles = query({
  args: {},
  returns: v.array(v.object({ threadId: v.string(), title: v.string() })),
  handler: async (ctx) =>
    (await ctx.db.query("titles").order("desc").take(500)).map(({ threadId, title }) => ({
      threadId,
      title,
    })),
});

/** Deletes a thread and its title. */
export const deleteThread = mutation({
  args: { threadId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    await ctx.runMutation(api.chat.deleteThread, { threadId });
    const titles = await ctx.db
      .query("titles")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .collect();
    for (const { _id } of titles) await ctx.db.delete("titles", _id);
    return null;
  },
});
