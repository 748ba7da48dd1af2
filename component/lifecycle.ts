import { v } from "convex/values";
import { createThreadSnapshot } from "../machines/snapshot.js";
import { threadStatus } from "../machines/status.js";
import { storedThread } from "../machines/stored.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { agentRow } from "./agents.js";
import { dispatch } from "./dispatch.js";
import { fail } from "./errors.js";
import { MAX_PAGE_ROWS } from "./limits.js";
import { positionOf } from "./position.js";
import { sendTo } from "./sendTo.js";
import { getThread } from "./threadRows.js";
import { insertUserMessage, partsOf, type Said } from "./userMessage.js";
import { vSaid, vTurnStart } from "./validators.js";

/** A message that a thread begins with. */
const vFirstMessage = v.object({ role: v.union(v.literal("user"), v.literal("assistant")), ...vSaid });

/**
 * Creates a thread and, with a prompt, starts its first turn.
 *
 * @param messages - what was said before; nothing answers them now.
 * @param key - what the client calls the thread: created twice, it is one.
 * @throws empty_prompt, invalid_file, prompt_too_large, too_many_messages
 */
export const create = mutation({
  args: {
    ...vTurnStart,
    ...vSaid,
    messages: v.optional(v.array(vFirstMessage)),
    key: v.optional(v.string()),
  },
  returns: v.string(),
  handler: async (ctx, { agent, limits, messages = [], key, ...said }): Promise<string> => {
    const existing = key === undefined ? null : await threadByKey(ctx, key);
    if (existing) return existing._id;
    if (messages.length > MAX_PAGE_ROWS)
      throw fail("too_many_messages", `A thread begins with ${MAX_PAGE_ROWS} messages at most.`);
    const turn = messages.filter(({ role }) => role === "user").length;
    const { context, ...created } = createThreadSnapshot();
    const snapshot = { ...created, context: { ...context, turn } };
    const threadId = await ctx.db.insert("threads", {
      snapshot: storedThread(snapshot),
      status: threadStatus(snapshot),
      agent: await agentRow(ctx, agent),
      jobs: {},
      key,
    });
    await insertFirst(ctx, threadId, messages);
    if (said.prompt !== undefined || said.files)
      await sendTo(ctx, (await ctx.db.get("threads", threadId))!, {
        ...{ agent, limits, whileRunning: "queue", parts: partsOf(said) },
      });
    return threadId;
  },
});

const threadByKey = (ctx: MutationCtx, key: string): Promise<Doc<"threads"> | null> =>
  ctx.db
    .query("threads")
    .withIndex("by_key", (q) => q.eq("key", key))
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
  args: { ...vTurnStart, threadId: v.string(), ...vSaid },
  returns: v.null(),
  handler: async (ctx, { threadId, agent, limits, ...said }) => {
    const isSaid = said.prompt !== undefined || said.files !== undefined;
    const parts = isSaid ? partsOf(said) : null;
    const thread = await getThread(ctx, threadId);
    if (!parts && (await isEmpty(ctx, thread)))
      throw fail(
        "thread_empty",
        "The thread has no message to go on from: send one, or resume with a prompt.",
      );
    const renewed = { ...thread, agent: await agentRow(ctx, agent) };
    const resumed = await dispatch(ctx, renewed, { type: "RESUME", limits });
    if (!resumed) throw fail("thread_running", `The thread is running (${thread.status}): stop it first.`);
    const { turn } = resumed.snapshot.context;
    if (parts) await insertUserMessage(ctx, { threadId: thread._id, turn, parts });
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
  args: { threadId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    await dispatch(ctx, await getThread(ctx, threadId), { type: "STOP" });
    return null;
  },
});

/**
 * Deletes a thread with all it owns. It is gone for its readers at once; its rows go in batches.
 *
 * @throws thread_not_found
 */
export const remove = mutation({
  args: { threadId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    await dispatch(ctx, await getThread(ctx, threadId), { type: "DELETE" });
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
