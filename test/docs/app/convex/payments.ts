import { createActionTool, vToolCallIdentity, type DurableTool } from "convex-durable-agents";
import { v } from "convex/values";
import { z } from "zod";
import { internal } from "./_generated/api";
import { internalAction } from "./_generated/server";

export const chargeCard: DurableTool = createActionTool({
  description: "Charge the user's card, in dollars",
  args: z.object({ amount: z.number() }),
  handler: internal.payments.charge,
  identity: true,
  timeoutMs: 30_000,
  retry: {
    maxAttempts: 5,
    backoff: { strategy: "exponential", initialDelayMs: 1_000, multiplier: 2, maxDelayMs: 60_000 },
    shouldRetryError: internal.payments.isTemporary,
    onCrash: true,
  },
  needsApproval: internal.payments.isExpensive,
  approvalTimeoutMs: 24 * 3_600_000,
});

export const charge = internalAction({
  args: { amount: v.number(), toolCall: vToolCallIdentity },
  handler: async (_ctx, { amount, toolCall }) => {
    const { status } = await fetch("https://payments.example.com/charges", {
      method: "POST",
      // The same key for all attempts at this call, and for no other call of any thread.
      headers: { "Idempotency-Key": toolCall.idempotencyKey },
      body: JSON.stringify({ customer: toolCall.owner, amount }),
    });
    if (status >= 300) throw new Error(`The payment service returned ${status}.`);
    return `Charged $${amount}.`;
  },
});

export const isTemporary = internalAction({
  args: v.any(),
  handler: async (_ctx, { error }: { error: string }) => / (429|5\d\d)\.$/.test(error),
});

export const isExpensive = internalAction({
  args: { amount: v.number(), caller: v.any() },
  handler: async (_ctx, { amount }) => amount > 100,
});
