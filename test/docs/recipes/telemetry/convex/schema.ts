import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** One row a turn that did not end with an answer. */
  incidents: defineTable({ threadId: v.string(), turn: v.number(), reason: v.string() }),
});
