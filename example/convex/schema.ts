import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** What the weather tool did outside the agent: one row each time it ran. */
  lookups: defineTable({ location: v.string() }),
  /** Why turns failed: a thread itself knows its last error only. */
  failures: defineTable({
    threadId: v.string(),
    turn: v.number(),
    code: v.string(),
    message: v.string(),
  }).index("by_thread", ["threadId", "turn"]),
});
