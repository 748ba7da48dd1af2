import { vStatusChange } from "convex-durable-agents";
import { v } from "convex/values";
import { internalMutation } from "./_generated/server";

/** Called once for each change, in the transaction that makes it: no crash loses or repeats one. */
export const statusChanged = internalMutation({
  args: vStatusChange,
  returns: v.null(),
  handler: async (ctx, { threadId, turn, to, error, stopReason }) => {
    // A line for a log stream, such as Axiom's or Datadog's.
    console.log(JSON.stringify({ metric: "thread_status", threadId, turn, to, code: error?.code }));
    if (to === "failed") await ctx.db.insert("incidents", { threadId, turn, reason: error!.message });
    if (to === "stopped" && stopReason !== "user")
      await ctx.db.insert("incidents", { threadId, turn, reason: `It reached ${stopReason}.` });
    return null;
  },
});
