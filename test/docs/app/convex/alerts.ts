import { defineAgentApi, vStatusChange } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";

export const { createThread, sendMessage, getUsage, listTurns, listTransitions, explainThread } =
  defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
    onStatusChange: internal.alerts.statusChanged,
    transitionLog: { keep: 500 },
  });

export const statusChanged = internalMutation({
  args: vStatusChange,
  handler: async (ctx, { threadId, to, stopReason, error }) => {
    if (to === "failed") await ctx.db.insert("alerts", { threadId, reason: error!.message });
    if (to === "stopped" && stopReason !== "user")
      await ctx.db.insert("alerts", { threadId, reason: `reached ${stopReason}` });
  },
});
