import { createActionTool, createAsyncTool, streamHandlerAction } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";

const HOUR_MS = 60 * 60 * 1000;

export const respond = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "You answer customers of a shop. Ask the customer where you lack something that only they know.",
  tools: {
    issue_refund: createActionTool({
      description: "Refund an order, in dollars",
      args: z.object({ orderId: z.string(), amount: z.number().positive() }),
      handler: internal.refunds.issue,
      needsApproval: internal.refunds.isLarge,
      approvalTimeoutMs: 24 * HOUR_MS,
    }),
    // Without a `callback` nothing runs: the page shows the question, and the customer answers it.
    ask_customer: createAsyncTool({
      description: "Ask the customer a question, and wait for the answer",
      args: z.object({ question: z.string() }),
      timeoutMs: HOUR_MS,
    }),
  },
  saveStreamDeltas: true,
});
