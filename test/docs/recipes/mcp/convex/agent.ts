import { createMcpTools, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { connect } from "./mcp";

export const respond = streamHandlerAction(components.durableAgents, async () => ({
  model: "anthropic/claude-haiku-4.5",
  system: "Answer from the documentation.",
  tools: await createMcpTools(connect, {
    handler: internal.mcp.callTool,
    prefix: "docs_",
    include: ["search", "read_page", "report_problem"],
    needsApproval: (name) => name === "report_problem",
  }),
  saveStreamDeltas: true,
}));
