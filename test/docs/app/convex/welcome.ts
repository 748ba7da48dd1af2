import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";

/** Begins a user's first thread. Returns its id. */
export const welcome = internalMutation({
  args: { subject: v.string() },
  handler: (ctx, { subject }): Promise<string> =>
    ctx.runMutation(internal.background.createThread, {
      owner: subject,
      prompt: "What can you do for me?",
      metadata: { kind: "welcome" },
    }),
});
