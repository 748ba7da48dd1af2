import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** What the weather tool did outside the agent: one row each time it ran. */
  lookups: defineTable({ location: v.string() }),
  /** What the list of threads calls each of them; the component's threads have no title. */
  titles: defineTable({ threadId: v.string(), title: v.string() }).index("by_thread", ["threadId"]),
});
