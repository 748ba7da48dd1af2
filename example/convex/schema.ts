import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** What the weather tool did outside the agent: one row each time it ran. */
  lookups: defineTable({ location: v.string() }),
});
