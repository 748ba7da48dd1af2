import { mcpToolAction, type McpClient, type ToolCallIdentity } from "convex-durable-agents";

/** How a test connects to its MCP server. */
export const mcp: { connect: (toolCall: ToolCallIdentity) => Promise<McpClient> } = {
  connect: () => Promise.reject(new Error("There is no server.")),
};

export const callTool = mcpToolAction((_ctx, toolCall) => mcp.connect(toolCall));
