import { createMCPClient } from "@ai-sdk/mcp";
import { mcpToolAction } from "convex-durable-agents";

export const connect = () =>
  createMCPClient({ transport: { type: "http", url: "https://docs.example.com/mcp" } });

/** Calls one tool of the server, by a client of its own. */
export const callTool = mcpToolAction(connect);
