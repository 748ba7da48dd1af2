import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
} from "convex/server";
import { v } from "convex/values";
import { vStatusChange } from "convex-durable-agents";

const _schema = defineSchema({
  alerts: defineTable({ threadId: v.string(), reason: v.string() }),
});
const internalMutation: MutationBuilder<
  DataModelFromSchemaDefinition<typeof _schema>,
  "internal"
> = internalMutationGeneric;

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
