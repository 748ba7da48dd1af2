import { getConvexSize } from "convex/values";
import type { Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
import { positionOf } from "./position.js";

/**
 * Refuses a prompt that cannot be stored, before anything is written.
 *
 * @throws empty_prompt, prompt_too_large
 */
export function checkPrompt(prompt: string): void {
  if (prompt.trim() === "") throw fail("empty_prompt", "The prompt is empty.");
  const bytes = getConvexSize(prompt);
  if (bytes > MAX_CONTENT_BYTES)
    throw fail("prompt_too_large", `The prompt has ${bytes} bytes; a message can hold ${MAX_CONTENT_BYTES}.`);
}

/** Stores a user's message at the head of a turn. */
export async function insertUserMessage(
  ctx: MutationCtx,
  { threadId, turn, prompt }: { threadId: Id<"threads">; turn: number; prompt: string },
): Promise<void> {
  await ctx.db.insert("messages", {
    threadId,
    position: positionOf(turn, 0),
    role: "user",
    parts: [{ type: "text", text: prompt }],
  });
}
