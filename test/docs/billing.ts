import { internalMutationGeneric } from "convex/server";
import { v, type Infer } from "convex/values";

const vBill = v.object({ threadId: v.string(), turn: v.number(), tokens: v.number() });

/** What was charged. */
export const bills: Infer<typeof vBill>[] = [];

/** Keeps in memory what an app would insert into a table. */
export const charge = internalMutationGeneric({
  args: vBill,
  returns: v.null(),
  handler: async (_ctx, bill) => {
    bills.push(bill);
    return null;
  },
});
