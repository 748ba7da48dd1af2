import { RAG } from "@convex-dev/rag";
import { vToolCallIdentity } from "convex-durable-agents";
import { ConvexError, v } from "convex/values";
import { components } from "./_generated/api";
import { action, env, internalAction } from "./_generated/server";

const rag = new RAG(components.rag, {
  textEmbeddingModel: "openai/text-embedding-3-small",
  embeddingDimension: 1536,
});

/** Adds a document of the caller's, or replaces the one that has the key. */
export const add = action({
  args: { key: v.string(), title: v.string(), text: v.string() },
  returns: v.null(),
  handler: async (ctx, document): Promise<null> => {
    const owner = (await ctx.auth.getUserIdentity())?.subject ?? env.DEV_USER;
    if (!owner) throw new ConvexError({ code: "not_authenticated", message: "Sign in first." });
    await rag.add(ctx, { namespace: owner, ...document });
    return null;
  },
});

/** The handler of the tool: finds passages in the documents of the thread's owner. */
export const search = internalAction({
  args: { query: v.string(), toolCall: vToolCallIdentity },
  returns: v.array(v.object({ title: v.string(), text: v.string() })),
  handler: async (ctx, { query, toolCall: { owner } }) => {
    if (owner === null) return [];
    const { entries } = await rag.search(ctx, {
      namespace: owner,
      query,
      limit: 5,
      chunkContext: { before: 1, after: 1 },
    });
    return entries.map(({ title = "Untitled", text }) => ({ title, text }));
  },
});
