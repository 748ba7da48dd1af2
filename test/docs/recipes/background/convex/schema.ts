import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  reports: defineTable({
    topic: v.string(),
    threadId: v.string(),
    outcome: v.union(
      v.object({ kind: v.literal("running") }),
      v.object({ kind: v.literal("done"), title: v.string(), findings: v.array(v.string()) }),
      v.object({ kind: v.literal("failed"), reason: v.string() }),
    ),
  }).index("by_thread", ["threadId"]),
});
