import { createMCPClient } from "@ai-sdk/mcp";
import {
  createMcpTools,
  defineAgentApi,
  mcpToolAction,
  streamHandlerAction,
  type ActionCtx,
} from "convex-durable-agents";
import { ConvexError, v } from "convex/values";
import { components, internal } from "./_generated/api";
import { internalQuery } from "./_generated/server";

async function connect(ctx: Pick<ActionCtx, "runQuery">, { owner }: { owner: string | null }) {
  const token: string | null = await ctx.runQuery(internal.mail.getToken, { owner: owner ?? "" });
  if (token === null) throw new ConvexError({ code: "not_connected", message: "Connect your mail first." });
  const headers = { Authorization: `Bearer ${token}` };
  return createMCPClient({ transport: { type: "http", url: "https://mail.example.com/mcp", headers } });
}

export const getToken = internalQuery({
  args: { owner: v.string() },
  handler: async (ctx, { owner }) => {
    const account = await ctx.db
      .query("mailAccounts")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .first();
    return account?.token ?? null;
  },
});

export const callMail = mcpToolAction(connect);

export const handler = streamHandlerAction(components.durableAgents, async (ctx, _threadId, { owner }) => ({
  model: "anthropic/claude-haiku-4.5",
  tools: await createMcpTools(() => connect(ctx, { owner }), {
    handler: internal.mail.callMail,
    prefix: "mail_",
    include: ["find", "read", "send"],
    needsApproval: (name) => name === "send",
  }),
}));

export const { createThread, sendMessage } = defineAgentApi(components.durableAgents, internal.mail.handler, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});
