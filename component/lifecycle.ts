import { getConvexSize, v } from "convex/values";
import { createThreadSnapshot } from "../machines/snapshot.js";
import type { Id } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { agentError } from "./lib/errors.js";
import { checkKey } from "./lib/keys.js";
import { MAX_FIRST_BYTES, MAX_PAGE_ROWS } from "./lib/limits.js";
import { agentRow } from "./model/agents.js";
import { changeDetails } from "./model/details.js";
import {
  hasMessages,
  insertMessage,
  optionalMessage,
  partsOf,
  sentTo,
  type Content,
} from "./model/messages.js";
import { getVisible, insertThread } from "./model/threads.js";
import { vContent, vFirstMessage, vSent } from "./validators/message.js";
import { vMetadata, vScope, vTarget, vTitle, vTurnStart } from "./validators/thread.js";

/**
 * Creates a thread and, with a prompt or files, starts its first turn.
 *
 * @param messages - an earlier conversation, which nothing answers now: at most 500 messages and 8 MiB.
 * @param key - a key of the client's, 1 to 256 characters, by which `threads.byKey` finds the thread. Whoever creates a thread
 * with a key looks for one first, in the same transaction.
 * @param owner - the user whose thread it is; null, a caller without an identity, may have none.
 * @param agentName - the name of the agent whose thread it is, if that has one.
 * @returns the thread's id.
 * @throws not_authenticated, invalid_key, empty_prompt, invalid_file, invalid_data_part, prompt_too_large, too_many_messages, invalid_title,
 * metadata_too_large
 */
export const create = mutation({
  args: {
    ...vTurnStart,
    ...vContent,
    messages: v.optional(v.array(vFirstMessage)),
    key: v.optional(v.string()),
    ...vScope,
    title: v.optional(vTitle),
    metadata: v.optional(vMetadata),
    sender: vSent.sender,
    messageMetadata: vSent.metadata,
  },
  returns: v.string(),
  handler: async (
    ctx,
    { agent, limits, messages = [], key, owner, agentName, title, metadata, messageMetadata, ...content },
  ): Promise<string> => {
    if (owner === null)
      throw agentError("not_authenticated", "Only a user with an identity can create a thread.");
    checkKey(key);
    if (messages.length > MAX_PAGE_ROWS)
      throw agentError("too_many_messages", `A thread begins with ${MAX_PAGE_ROWS} messages at most.`);

    const { value, context } = createThreadSnapshot();
    const turn = messages.filter(({ role }) => role === "user").length;
    const snapshot = { value, context: { ...context, turn } };
    const row = await agentRow(ctx, agent);
    const thread = await insertThread(ctx, { snapshot, agent: row._id, owner, agentName, key });
    await changeDetails(ctx, thread._id, { title, metadata });
    await insertFirst(ctx, thread._id, messages);
    const message = optionalMessage({ ...content, metadata: messageMetadata });
    if (message) {
      const writes = { agent: row, message: sentTo(thread, message) };
      await dispatch(ctx, thread, { type: "SEND", limits }, writes);
    }
    return thread._id;
  },
});

/**
 * Each user's message begins a turn of its own; the assistant's messages after it belong to that turn.
 *
 * @throws empty_prompt, invalid_file, invalid_data_part, prompt_too_large, too_many_messages
 */
async function insertFirst(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  messages: ({ role: "user" | "assistant" } & Content)[],
): Promise<void> {
  let [turn, step, bytes] = [0, 0, 0];
  for (const { role, ...content } of messages) {
    [turn, step] = role === "user" ? [turn + 1, 0] : [turn, step + 1];
    const parts = partsOf(content);
    bytes += getConvexSize(parts);
    if (bytes > MAX_FIRST_BYTES)
      throw agentError("too_many_messages", `A thread begins with ${MAX_FIRST_BYTES} bytes at most.`);
    await insertMessage(ctx, threadId, { turn, step }, { role, parts });
  }
}

/**
 * Runs a settled thread again from where it is, with a further message if there is a prompt or a file.
 *
 * @throws thread_not_found, thread_running, thread_empty, empty_prompt, invalid_file, invalid_data_part, prompt_too_large, metadata_too_large
 */
export const resume = mutation({
  args: { ...vTurnStart, ...vTarget, ...vContent, ...vSent },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agentName, agent, limits, ...content }) => {
    const message = optionalMessage(content);
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    if (!message && !(await hasMessages(ctx, thread._id)))
      throw agentError(
        "thread_empty",
        "The thread has no message to go on from: send one, or resume with a prompt.",
      );
    const writes = { agent: await agentRow(ctx, agent), message: message && sentTo(thread, message) };
    const resumed = await dispatch(ctx, thread, { type: "RESUME", limits }, writes);
    if (!resumed)
      throw agentError("thread_running", `The thread is running (${thread.status}): stop it first.`);
    return null;
  },
});

/**
 * Ends the running turn: text that was shown is kept, tool calls without an outcome are cancelled. Nothing happens on a thread
 * that is settled already.
 *
 * @throws thread_not_found
 */
export const stop = mutation({
  args: vTarget,
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agentName }) => {
    await dispatch(ctx, await getVisible(ctx, { threadId, owner, agentName }), { type: "STOP" });
    return null;
  },
});

/**
 * Deletes a thread with all it owns. Readers do not see it any more; its rows are deleted in batches.
 *
 * @throws thread_not_found
 */
export const remove = mutation({
  args: vTarget,
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agentName }) => {
    await dispatch(ctx, await getVisible(ctx, { threadId, owner, agentName }), { type: "DELETE" });
    return null;
  },
});
