import { v } from "convex/values";
import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation } from "./_generated/server.js";
import { dispatch } from "./dispatch.js";
import { fail } from "./errors.js";
import { findMessage, getMessage } from "./messageRows.js";
import { positionOf, turnOf } from "./position.js";
import { sendTo } from "./sendTo.js";
import { getThread, noteRemoval } from "./threadRows.js";
import { partsOf } from "./userMessage.js";
import { vSaid } from "./messageValidators.js";
import { vTarget, vTurnStart, vWhileRunning } from "./validators.js";

/**
 * Stores a user's message. A settled thread starts a turn with it; for a running one `whileRunning` says what becomes of it.
 *
 * @param key - what the client calls the message: sent twice, it is one.
 * @returns the message's id.
 * @throws thread_not_found, thread_running, empty_prompt, invalid_file, prompt_too_large
 */
export const send = mutation({
  args: {
    ...vTurnStart,
    ...vSaid,
    ...vTarget,
    whileRunning: v.optional(vWhileRunning),
    key: v.optional(v.string()),
  },
  returns: v.string(),
  handler: async (
    ctx,
    { threadId, owner, prompt, files, whileRunning = "queue", key, ...start },
  ): Promise<string> => {
    const parts = partsOf({ prompt, files });
    const thread = await getThread(ctx, { threadId, owner });
    const existing = key === undefined ? null : await findMessage(ctx, thread._id, { key });
    return existing?._id ?? sendTo(ctx, thread, { ...start, parts, whileRunning, key });
  },
});

/**
 * Takes back a message that waits for its turn, or for the next step of this one.
 *
 * @throws thread_not_found, message_not_found, message_not_waiting
 */
export const withdraw = mutation({
  args: { ...vTarget, messageId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, messageId }) => {
    const thread = await getThread(ctx, { threadId, owner });
    const message = await getMessage(ctx, thread._id, messageId);
    const place = waitingIn(thread, message);
    const isTaken =
      place === null ||
      (place !== "kept" && !(await dispatch(ctx, thread, { type: "WITHDRAW", from: place })));
    if (isTaken) throw fail("message_not_waiting", "The message does not wait any more: it was taken.");
    await ctx.db.delete("messages", message._id);
    await noteRemoval(ctx, (await ctx.db.get("threads", thread._id))!);
    return null;
  },
});

/** What a message waits for: its turn, the next step, or, kept by a thread that was stopped, for somebody to go on. */
function waitingIn(
  { snapshot: stored }: Doc<"threads">,
  { role, position }: Doc<"messages">,
): "queued" | "steered" | "kept" | null {
  const snapshot = threadSnapshot(stored);
  const { turn, steps } = snapshot.context;
  if (role !== "user") return null;
  if (turnOf(position) > turn) return typeof snapshot.value === "string" ? "kept" : "queued";
  const part = runningPart(snapshot);
  if (part === null) return null;
  return position > positionOf(turn, part === "streaming" ? steps + 1 : steps) ? "steered" : null;
}

/**
 * Adds a message to a settled thread; nothing answers it now. The next turn sees it.
 *
 * @returns the message's id.
 * @throws thread_not_found, thread_running, empty_prompt, invalid_file, prompt_too_large
 */
export const add = mutation({
  args: { ...vTarget, role: v.union(v.literal("user"), v.literal("assistant")), ...vSaid },
  returns: v.string(),
  handler: async (ctx, { threadId, owner, role, ...said }): Promise<string> => {
    const parts = partsOf(said);
    const thread = await getThread(ctx, { threadId, owner });
    const appended = await dispatch(ctx, thread, { type: "APPEND" });
    if (!appended)
      throw fail("thread_running", `The thread is running (${thread.status}): send the message.`);
    const { turn } = appended.snapshot.context;
    const position = positionOf(turn, role === "user" ? 0 : 1);
    return ctx.db.insert("messages", { threadId: thread._id, position, role, parts });
  },
});
