import { v } from "convex/values";
import { describeThread } from "../machines/describe.js";
import { createThreadSnapshot } from "../machines/snapshot.js";
import type { Place } from "../machines/thread/events.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { agentError } from "./lib/errors.js";
import { turnOf } from "./lib/position.js";
import { agentRow } from "./model/agents.js";
import { changeDetails, readDetails } from "./model/details.js";
import { endOfTurn } from "./model/history.js";
import {
  getMessage,
  hasMessages,
  lastUserMessage,
  messagesAfter,
  newMessage,
  sentTo,
  placeOf,
} from "./model/messages.js";
import { getVisible, insertThread, type LoadedThread } from "./model/threads.js";
import { vContent, vSent } from "./validators/message.js";
import { vTarget, vTurnStart } from "./validators/thread.js";

/** Behind every message. */
const END: Place = { position: Number.MAX_SAFE_INTEGER, creationTime: 0 };

/**
 * Drops an answer with all that followed it, and has the user's message before it answered again.
 *
 * @param messageId - a message of the answer, or the user's message. Default: the last answer.
 * @throws thread_not_found, thread_running, message_not_found, messages_waiting, nothing_to_regenerate
 */
export const regenerate = mutation({
  args: { ...vTurnStart, ...vTarget, messageId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, agentName, messageId, agent, limits }) => {
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    checkMayRewind(thread);
    const { turn, steered } = thread.snapshot.context;
    // A thread that was stopped still has the messages that wait for its next turn.
    if (steered > 0 || (await hasMessages(ctx, thread._id, turn + 1)))
      throw agentError("messages_waiting", "Messages wait for the next turn or step: withdraw them first.");
    const named = messageId === undefined ? null : await getMessage(ctx, thread._id, messageId);
    const question =
      named?.role === "user"
        ? named
        : await lastUserMessage(ctx, thread._id, named ? placeOf(named) : endOfTurn(turn));
    if (!question) throw agentError("nothing_to_regenerate", "There is no user's message to answer again.");
    const from = await placeAfter(ctx, question);
    await dispatch(ctx, thread, { type: "REWIND", from, limits }, { agent: await agentRow(ctx, agent) });
    return null;
  },
});

/**
 * Refuses to change a history that is being changed.
 *
 * @throws thread_running
 */
function checkMayRewind({ snapshot }: LoadedThread): void {
  if (!describeThread(snapshot).events.includes("REWIND"))
    throw agentError("thread_running", "The thread's history is being changed: try again in a moment.");
}

/** Where the messages begin that follow a message. */
async function placeAfter(ctx: MutationCtx, message: Doc<"messages">): Promise<Place> {
  for await (const next of messagesAfter(ctx, message.threadId, placeOf(message))) return placeOf(next);
  return END;
}

/**
 * Puts another message in the place of a user's message and of all that followed it, and has it answered.
 *
 * @returns the new message's id.
 * @throws thread_not_found, message_not_found, not_a_user_message, thread_running, empty_prompt, invalid_file, invalid_data_part,
 * prompt_too_large, metadata_too_large
 */
export const edit = mutation({
  args: { ...vTurnStart, ...vContent, ...vSent, ...vTarget, messageId: v.string() },
  returns: v.string(),
  handler: async (
    ctx,
    { threadId, owner, agentName, messageId, agent, limits, ...content },
  ): Promise<string> => {
    const replacing = newMessage("user", content);
    const thread = await getVisible(ctx, { threadId, owner, agentName });
    checkMayRewind(thread);
    const message = await getMessage(ctx, thread._id, messageId);
    if (message.role !== "user")
      throw agentError(
        "not_a_user_message",
        "Only a user's message can be replaced; an answer can be regenerated.",
      );
    const event = { type: "REWIND" as const, from: placeOf(message), limits };
    const writes = { agent: await agentRow(ctx, agent), message: sentTo(thread, replacing) };
    const { messageId: replacement } = (await dispatch(ctx, thread, event, writes))!;
    return replacement!;
  },
});

/**
 * Creates a new thread with a copy of another one's history, title and metadata. Tool calls are copied with their outcomes;
 * one without an outcome is cancelled in the copy.
 *
 * @param messageId - the last message to be copied. Default: the last one of the last turn.
 * @returns the new thread's id.
 * @throws thread_not_found, message_not_found
 */
export const fork = mutation({
  args: { ...vTurnStart, ...vTarget, messageId: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, { threadId, owner, agentName, messageId, agent, limits }): Promise<string> => {
    const source = await getVisible(ctx, { threadId, owner, agentName });
    const last = messageId === undefined ? null : await getMessage(ctx, source._id, messageId);
    const upTo = last ? placeOf(last) : endOfTurn(source.snapshot.context.turn);
    const turn = last ? turnOf(last.position) : source.snapshot.context.turn;
    const row = await agentRow(ctx, agent);
    const copy = await insertThread(ctx, {
      snapshot: createThreadSnapshot(),
      agent: row._id,
      owner: source.owner,
      agentName: source.agentName,
    });
    await changeDetails(ctx, copy._id, await readDetails(ctx, source._id));
    await dispatch(ctx, copy, { type: "FORK", source: source._id, upTo, turn, limits }, { agent: row });
    return copy._id;
  },
});
