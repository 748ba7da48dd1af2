import { v } from "convex/values";
import { vStatusChange } from "convex-durable-agents";
import { internalMutation } from "./app.js";

export const statusChanged = internalMutation({
  args: vStatusChange,
  returns: v.null(),
  handler: async (ctx, { threadId, to, stopReason, error }) => {
    if (to === "failed") await ctx.db.insert("alerts", { threadId, reason: error!.message });
    if (to === "stopped" && stopReason !== "user")
      await ctx.db.insert("alerts", { threadId, reason: `reached ${stopReason}` });
    return null;
  },
});
