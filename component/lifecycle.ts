import { v } from "convex/values";
import type { TurnLimits } from "../machines/events.js";
import { createThreadSnapshot } from "../machines/snapshot.js";
import { threadStatus } from "../machines/status.js";
import { storedThread, threadSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { agentRow } from "./agents.js";
import { dispatch } from "./dispatch.js";
import { changeDetails } from "./details.js";
import { fail } from "./errors.js";
import { getThread } from "./threadRows.js";
import { checkPrompt, insertUserMessage } from "./userMessage.js";
import { vAgent, vMetadata, vRequiredOwner, vTarget, vTitle, vTurnLimits, type Agent } from "./validators.js";

/** What comes with each event that can start a turn: renewed each time, so that old threads follow a new deployment. */
const vTurnStart = { agent: vAgent, limits: v.optional(vTurnLimits) };

/**
 * Creates a thread and, with a prompt, starts its first turn.
 *
 * @param owner - whose the thread is; null is nobody, who may have none.
 * @throws not_authenticated, empty_prompt, prompt_too_large, invalid_title, metadata_too_large
 */
export const create = mutation({
  args: {
    ...vTurnStart,
    prompt: v.optional(v.string()),
    owner: vRequiredOwner,
    title: v.optional(vTitle),
    metadata: v.optional(vMetadata),
  },
  returns: v.string(),
  handler: async (ctx, { agent, limits, prompt, owner, ...details }): Promise<string> => {
    if (owner === null)
      throw fail("not_authenticated", "Only somebody with an identity can create a thread.");
    if (prompt !== undefined) checkPrompt(prompt);
    const snapshot = createThreadSnapshot();
    const threadId = await ctx.db.insert("threads", {
      snapshot: storedThread(snapshot),
      status: threadStatus(snapshot),
      agent: await agentRow(ctx, agent),
      owner,
      activeAt: Date.now(),
      jobs: {},
    });
    await changeDetails(ctx, threadId, details);
    if (prompt !== undefined)
      await sendTo(ctx, (await ctx.db.get("threads", threadId))!, { agent, limits, prompt });
    return threadId;
  },
});

/**
 * Stores a user's message. A settled thread starts a turn with it; a running one answers it in the next turn.
 *
 * @throws thread_not_found, empty_prompt, prompt_too_large
 */
export const send = mutation({
  args: { ...vTurnStart, ...vTarget, prompt: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, ...message }) => {
    const thread = await getThread(ctx, { threadId, owner });
    checkPrompt(message.prompt);
    await sendTo(ctx, thread, message);
    return null;
  },
});

/**
 * Runs a settled thread again from where it is, with a further message if there is a prompt.
 *
 * @throws thread_not_found, thread_running, thread_empty, empty_prompt, prompt_too_large
 */
export const resume = mutation({
  args: { ...vTurnStart, ...vTarget, prompt: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, prompt, agent, limits }) => {
    const thread = await getThread(ctx, { threadId, owner });
    if (prompt !== undefined) checkPrompt(prompt);
    if (prompt === undefined && (await isEmpty(ctx, thread)))
      throw fail(
        "thread_empty",
        "The thread has no message to go on from: send one, or resume with a prompt.",
      );
    const renewed = { ...thread, agent: await agentRow(ctx, agent) };
    const resumed = await dispatch(ctx, renewed, { type: "RESUME", limits });
    if (!resumed) throw fail("thread_running", `The thread is running (${thread.status}): stop it first.`);
    if (prompt !== undefined)
      await insertUserMessage(ctx, { threadId: thread._id, turn: resumed.snapshot.context.turn, prompt });
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

interface Message {
  prompt: string;
  agent: Agent;
  limits?: TurnLimits;
}

async function sendTo(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { prompt, agent, limits }: Message,
): Promise<void> {
  const renewed = { ...thread, agent: await agentRow(ctx, agent) };
  const sent = await dispatch(ctx, renewed, { type: "SEND", limits });
  const { turn, queued } = (sent ?? { snapshot: threadSnapshot(thread.snapshot) }).snapshot.context;
  await insertUserMessage(ctx, { threadId: thread._id, turn: queued ? turn + 1 : turn, prompt });
}

async function isEmpty(ctx: MutationCtx, { _id }: Doc<"threads">): Promise<boolean> {
  const message = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", _id))
    .first();
  return message === null;
}
