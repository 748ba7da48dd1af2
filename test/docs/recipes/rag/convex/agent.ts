import { createActionTool, streamHandlerAction } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";

export const respond = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "Answer from the user's documents: search them first, and name the titles that you used.",
  tools: {
    search_documents: createActionTool({
      description: "Find passages in the user's documents",
      args: z.object({ query: z.string() }),
      handler: internal.documents.search,
      identity: true,
      retry: { onCrash: true },
    }),
  },
  saveStreamDeltas: true,
});
