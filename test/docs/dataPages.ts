import { internalQueryGeneric as internalQuery } from "convex/server";
import { v } from "convex/values";

/** What the agent of data.ts reads. */
export const findPages = internalQuery({
  args: { threadId: v.string() },
  handler: async () => [{ title: "Prices", text: "An apple costs 1." }],
});

export const pointsOf = internalQuery({
  args: { table: v.string() },
  handler: async () => [1, 2, 3],
});
