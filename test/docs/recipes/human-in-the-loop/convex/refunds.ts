import { v } from "convex/values";
import { internalAction } from "./_generated/server";

const refund = { orderId: v.string(), amount: v.number() };

/** Whether a person has to approve the refund. If it fails, a person has to. */
export const isLarge = internalAction({
  args: refund,
  returns: v.boolean(),
  handler: async (_ctx, { amount }) => amount > 50,
});

export const issue = internalAction({
  args: refund,
  returns: v.string(),
  handler: async (_ctx, { orderId, amount }) => `Refunded ${amount} dollars for the order ${orderId}.`,
});
