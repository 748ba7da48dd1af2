import { v } from "convex/values";
import { mutation } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { agentError } from "./lib/errors.js";
import { checkKey } from "./lib/keys.js";
import { MAX_WAITING_MESSAGES } from "./lib/limits.js";
import { stepOf, turnOf } from "./lib/position.js";
import { agentRow } from "./model/agents.js";
import { getMessage, messageByKey, newMessage, sentTo } from "./model/messages.js";
import { getVisible } from "./model/threads.js";
import { vContent, vSent } from "./validators/message.js";
import { vTarget, vTurnStart, vWhileRunning } from "./validators/thread.js";

const EVENTS = { queue: "SEND", steer: "STEER", interrupt: "INTERRUPT", reject: "SEND" } as const;

/**
 * Stores a user's message. A settled thread starts a turn with it; on a running one `whileRunning` decides what happens to it.
 *
 * @param whileRunning - Default: "queue".
 * @param key - a key of the client's, 1 to 256 characters: a message that is sent twice with one key is stored once.
 * @returns the message's id.
 * @throws thread_not_found, thread_running, too_many_waiting, empty_prompt, invalid_file, invalid_data_part, invalid_key, prompt_too_large, metadata_too_large
 */
export const send = mutation({
  args: {
    ...vTurnStart,
    ...vContent,
    ...vTarget,
    whileRunning: v.optional(vWhileRunning),
    key: v.optional(v.string()),
    ...vSent,
  },
  returns: v.string(),
  handler: async (
    ctx,
    { threadId, owner, agentName, whileRunning = "queue", key, agent, limits, ...sent },
  ): Promise<string> => {
    checkKey(key);
    const content = newMessage("user", sent);
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    const message = { ...sentTo(thread, content), key };
    const existing = key === undefined ? null : await messageByKey(ctx, thread._id, key);
    if (existing) return existing._id;
    const isRunning = thread.status === "streaming" || thread.status === "awaiting_tool_results";
    if (isRunning && whileRunning === "reject")
      throw agentError("thread_running", `The thread is running (${thread.status}).`);
    const { queued, steered } = thread.snapshot.context;
    if (queued + steered >= MAX_WAITING_MESSAGES)
      throw agentError(
        "too_many_waiting",
        `${MAX_WAITING_MESSAGES} messages wait already: withdraw some, or wait until they are answered.`,
      );
    const event = { type: EVENTS[whileRunning], limits };
    const writes = { agent: await agentRow(ctx, agent), message };
    // Every state of a thread that its owner can see takes a message.
    const { messageId } = (await dispatch(ctx, thread, event, writes))!;
    return messageId!;
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
  handler: async (ctx, { threadId, owner, agentName, messageId }) => {
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    const { _id, position } = await getMessage(ctx, thread._id, messageId);
    const place = { turn: turnOf(position), step: stepOf(position) };
    const withdrawn = await dispatch(ctx, thread, { type: "WITHDRAW", ...place }, { removed: _id });
    if (!withdrawn)
      throw agentError(
        "message_not_waiting",
        "The message does not wait any more: a model call has seen it.",
      );
    return null;
  },
});

/**
 * Adds a message to a settled thread. Nothing answers it now; the next turn sees it.
 *
 * @returns the message's id.
 * @throws thread_not_found, thread_running, empty_prompt, invalid_file, invalid_data_part, prompt_too_large, metadata_too_large
 */
export const add = mutation({
  args: { ...vTarget, role: v.union(v.literal("user"), v.literal("assistant")), ...vContent, ...vSent },
  returns: v.string(),
  handler: async (ctx, { threadId, owner, agentName, role, ...sent }): Promise<string> => {
    const content = newMessage(role, sent);
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    const message = sentTo(thread, content);
    const appended = await dispatch(ctx, thread, { type: "APPEND" }, { message });
    if (!appended)
      throw agentError("thread_running", `The thread is running (${thread.status}): send the message.`);
    return appended.messageId!;
  },
});
