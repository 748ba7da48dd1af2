import { createMCPClient } from "@ai-sdk/mcp";
import { internalQueryGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";
import {
  createMcpTools,
  defineAgentApi,
  mcpToolAction,
  streamHandlerAction,
  type ActionCtx,
} from "convex-durable-agents";
import { components, internal, model } from "./app.js";

const connect = () => createMCPClient({ transport: { type: "http", url: "https://docs.example.com/mcp" } });

export const callDocs = mcpToolAction(connect);

export const handler = streamHandlerAction(components.durableAgents, async () => ({
  model,
  tools: {
    ...(await createMcpTools(connect, { handler: internal.mcp.callDocs, prefix: "docs_" })),
  },
}));

async function connectMail(ctx: Pick<ActionCtx, "runQuery">, { owner }: { owner: string | null }) {
  const token: string | null = await ctx.runQuery(internal.mcp.tokenOf, { owner });
  if (token === null) throw new ConvexError({ code: "not_connected", message: "Connect your mail first." });
  const headers = { Authorization: `Bearer ${token}` };
  return createMCPClient({ transport: { type: "http", url: "https://mail.example.com/mcp", headers } });
}

export const callMail = mcpToolAction(connectMail);

export const mailHandler = streamHandlerAction(
  components.durableAgents,
  async (ctx, _threadId, { owner }) => ({
    model,
    tools: await createMcpTools(() => connectMail(ctx, { owner }), {
      handler: internal.mcp.callMail,
      prefix: "mail_",
      include: ["find", "read", "send"],
      needsApproval: (name) => name === "send",
    }),
  }),
);

export const { createThread, getThread } = defineAgentApi(components.durableAgents, internal.mcp.handler);

export const mail = defineAgentApi(components.durableAgents, internal.mcp.mailHandler, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});

/** Where an app would read a table. */
export const tokenOf = internalQueryGeneric({
  args: { owner: v.union(v.string(), v.null()) },
  returns: v.union(v.string(), v.null()),
  handler: (_ctx, { owner }) => (owner === "ann" ? "ann's token" : null),
});
