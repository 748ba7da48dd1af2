import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { withAgent } from "./agents.js";
import { changeDetails } from "./details.js";
import { dispatch } from "./dispatch.js";
import { fail } from "./errors.js";
import { MAX_PAGE_ROWS } from "./limits.js";
import { newThread } from "./newThread.js";
import { positionOf } from "./position.js";
import { sendTo } from "./sendTo.js";
import { getThread } from "./threadRows.js";
import { insertUserMessage, partsIfSaid, partsOf, type Said } from "./userMessage.js";
import { vFirstMessage, vSaid } from "./messageValidators.js";
import { vMetadata, vRequiredOwner, vTarget, vTitle, vTurnStart } from "./validators.js";

/**
 * Creates a thread and, with a prompt, starts its first turn.
 *
 * @param messages - what was said before; nothing answers them now.
 * @param key - what the client calls the thread: created twice by its owner, it is one.
 * @param owner - whose the thread is; null is nobody, who may have none.
 * @throws not_authenticated, empty_prompt, invalid_file, prompt_too_large, too_many_messages, invalid_title,
 * metadata_too_large
 */
export const create = mutation({
  args: {
    ...vTurnStart,
    ...vSaid,
    messages: v.optional(v.array(vFirstMessage)),
    key: v.optional(v.string()),
    owner: vRequiredOwner,
    title: v.optional(vTitle),
    metadata: v.optional(vMetadata),
  },
  returns: v.string(),
  handler: async (
    ctx,
    { agent, limits, messages = [], key, owner, title, metadata, ...said },
  ): Promise<string> => {
    if (owner === null)
      throw fail("not_authenticated", "Only somebody with an identity can create a thread.");
    const existing = key === undefined ? null : await threadByKey(ctx, key, owner);
    if (existing) return existing._id;
    if (messages.length > MAX_PAGE_ROWS)
      throw fail("too_many_messages", `A thread begins with ${MAX_PAGE_ROWS} messages at most.`);
    const turns = messages.filter(({ role }) => role === "user").length;
    const thread = await newThread(ctx, { agent, owner, key, turns });
    const threadId = thread._id;
    await changeDetails(ctx, threadId, { title, metadata });
    await insertFirst(ctx, threadId, messages);
    const parts = partsIfSaid(said);
    if (parts) await sendTo(ctx, thread, { agent, limits, whileRunning: "queue", parts });
    return threadId;
  },
});

const threadByKey = (
  ctx: MutationCtx,
  key: string,
  owner: string | undefined,
): Promise<Doc<"threads"> | null> =>
  ctx.db
    .query("threads")
    .withIndex("by_key", (q) => q.eq("key", key).eq("owner", owner))
    .first();

/** Each user's message begins a turn of its own, and what the assistant says belongs to it. */
async function insertFirst(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  messages: ({ role: "user" | "assistant" } & Said)[],
): Promise<void> {
  let [turn, step] = [0, 0];
  for (const { role, ...said } of messages) {
    [turn, step] = role === "user" ? [turn + 1, 0] : [turn, step + 1];
    await ctx.db.insert("messages", {
      ...{ threadId, role, parts: partsOf(said), position: positionOf(turn, step) },
    });
  }
}

/**
 * Runs a settled thread again from where it is, with a further message if there is a prompt.
 *
 * @throws thread_not_found, thread_running, thread_empty, empty_prompt, invalid_file, prompt_too_large
 */
export const resume = mutation({
  args: { ...vTurnStart, ...vTarget, ...vSaid },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agent, limits, ...said }) => {
    const parts = partsIfSaid(said);
    const thread = await getThread(ctx, { threadId, owner });
    if (!parts && (await isEmpty(ctx, thread)))
      throw fail(
        "thread_empty",
        "The thread has no message to go on from: send one, or resume with a prompt.",
      );
    const renewed = await withAgent(ctx, thread, agent);
    const resumed = await dispatch(ctx, renewed, { type: "RESUME", limits });
    if (!resumed) throw fail("thread_running", `The thread is running (${thread.status}): stop it first.`);
    const position = positionOf(resumed.snapshot.context.turn, 0);
    if (parts) await insertUserMessage(ctx, { threadId: thread._id, position, parts });
    return null;
  },
});

/**
 * Ends the running turn: what was shown is kept, tool calls without an outcome are cancelled. Nothing happens
 * on a thread that is settled already.
 *
 * @throws thread_not_found
 */
export const stop = mutation({
  args: vTarget,
  returns: v.null(),
  handler: async (ctx, { threadId, owner }) => {
    await dispatch(ctx, await getThread(ctx, { threadId, owner }), { type: "STOP" });
    return null;
  },
});

/**
 * Deletes a thread with all it owns. It is gone for its readers at once; its rows go in batches.
 *
 * @throws thread_not_found
 */
export const remove = mutation({
  args: vTarget,
  returns: v.null(),
  handler: async (ctx, { threadId, owner }) => {
    await dispatch(ctx, await getThread(ctx, { threadId, owner }), { type: "DELETE" });
    return null;
  },
});

async function isEmpty(ctx: MutationCtx, { _id }: Doc<"threads">): Promise<boolean> {
  const message = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", _id))
    .first();
  return message === null;
}
