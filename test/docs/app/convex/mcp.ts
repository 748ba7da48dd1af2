import { createMCPClient } from "@ai-sdk/mcp";
import { createMcpTools, defineAgentApi, mcpToolAction, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

const connect = () => createMCPClient({ transport: { type: "http", url: "https://docs.example.com/mcp" } });

export const callDocs = mcpToolAction(connect);

export const handler = streamHandlerAction(components.durableAgents, async () => ({
  model: "anthropic/claude-haiku-4.5",
  tools: await createMcpTools(connect, { handler: internal.mcp.callDocs, prefix: "docs_" }),
}));

export const { createThread, sendMessage } = defineAgentApi(components.durableAgents, internal.mcp.handler);
