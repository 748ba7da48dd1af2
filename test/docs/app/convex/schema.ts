import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  alerts: defineTable({ threadId: v.string(), reason: v.string() }),
  bills: defineTable({ threadId: v.string(), turn: v.number(), tokens: v.number() }),
  mailAccounts: defineTable({ owner: v.string(), token: v.string() }).index("by_owner", ["owner"]),
  products: defineTable({ name: v.string(), price: v.number() }),
});
