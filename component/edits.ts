import { v } from "convex/values";
import type { Place } from "../machines/events.js";
import { isPreparing } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type MutationCtx } from "./_generated/server.js";
import { withAgent } from "./agents.js";
import { changeDetails, readDetails } from "./details.js";
import { dispatch, type LoadedThread } from "./dispatch.js";
import { fail } from "./errors.js";
import { messagesBefore } from "./historyRows.js";
import { getMessage } from "./messageRows.js";
import { newThread } from "./newThread.js";
import { positionOf, turnOf } from "./position.js";
import { getThread } from "./threadRows.js";
import { insertUserMessage, partsOf } from "./userMessage.js";
import { vSaid } from "./messageValidators.js";
import { vTarget, vTurnStart } from "./validators.js";

const placeOf = ({ position, _creationTime }: Doc<"messages">): Place => ({
  position,
  creationTime: _creationTime,
});

/** The newest message of the turn that runs or ran last, and those before it. */
const END_OF_TURN = (turn: number) => ({ position: positionOf(turn + 1, 0), creationTime: 0 });

/**
 * Drops an answer with all that followed it, and has the user's message before it answered anew.
 *
 * @param messageId - a message of the answer, or the user's message; the last answer unless given.
 * @throws thread_not_found, message_not_found, messages_waiting, nothing_to_regenerate
 */
export const regenerate = mutation({
  args: { ...vTurnStart, ...vTarget, messageId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, owner, messageId, agent, limits }) => {
    const thread = await getThread(ctx, { threadId, owner });
    const { turn, queued, steered } = threadSnapshot(thread.snapshot).context;
    if (queued + steered > 0)
      throw fail("messages_waiting", "Messages wait for the running turn to end: withdraw them first.");
    const named = messageId === undefined ? null : await getMessage(ctx, thread._id, messageId);
    const end = named
      ? { position: named.position, creationTime: named._creationTime + 1 }
      : END_OF_TURN(turn);
    const asked = named?.role === "user" ? named : await lastUserMessage(ctx, thread, end);
    if (!asked) throw fail("nothing_to_regenerate", "There is no user's message to answer anew.");
    const from = await placeAfter(ctx, asked);
    await dispatch(ctx, await withAgent(ctx, thread, agent), { type: "REWIND", from, limits });
    return null;
  },
});

async function lastUserMessage(
  ctx: MutationCtx,
  { _id }: Doc<"threads">,
  end: Place,
): Promise<Doc<"messages"> | null> {
  for await (const message of messagesBefore(ctx, _id, end)) if (message.role === "user") return message;
  return null;
}

/** Where what follows a message begins. */
async function placeAfter(
  ctx: MutationCtx,
  { threadId, position, _creationTime }: Doc<"messages">,
): Promise<Place> {
  const sibling = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).eq("position", position).gt("_creationTime", _creationTime),
    )
    .first();
  const next =
    sibling ??
    (await ctx.db
      .query("messages")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("position", position))
      .first());
  return next ? placeOf(next) : { position: Number.MAX_SAFE_INTEGER, creationTime: 0 };
}

/**
 * Puts another message in the place of a user's message and of all that followed it, and has it answered.
 *
 * @returns the new message's id.
 * @throws thread_not_found, message_not_found, not_a_user_message, empty_prompt, invalid_file, prompt_too_large
 */
export const edit = mutation({
  args: { ...vTurnStart, ...vSaid, ...vTarget, messageId: v.string() },
  returns: v.string(),
  handler: async (ctx, { threadId, owner, messageId, agent, limits, ...said }): Promise<string> => {
    const parts = partsOf(said);
    const thread = await getThread(ctx, { threadId, owner });
    const message = await getMessage(ctx, thread._id, messageId);
    if (message.role !== "user")
      throw fail(
        "not_a_user_message",
        "Only a user's message can be replaced; an answer can be regenerated.",
      );
    const renewed = await withAgent(ctx, thread, agent);
    const rewound = await dispatch(ctx, renewed, { type: "REWIND", from: placeOf(message), limits });
    if (!rewound)
      throw fail("thread_running", "The thread's history is being changed: try again in a moment.");
    return insertUserMessage(ctx, {
      ...{ threadId: thread._id, position: positionOf(comingTurn(rewound), 0), parts },
    });
  },
});

/** The turn that answers an edited message: it began, or will when what followed is gone. */
const comingTurn = ({ snapshot }: LoadedThread): number =>
  isPreparing(snapshot) ? snapshot.context.turn + 1 : snapshot.context.turn;

/**
 * Begins a new thread with a copy of what was said in another one, and with its title and metadata. Tool calls
 * come with their outcomes; one without an outcome is cancelled in the copy.
 *
 * @param messageId - the last message to be copied; all of the last turn unless given.
 * @returns the new thread's id.
 * @throws thread_not_found, message_not_found
 */
export const fork = mutation({
  args: { ...vTurnStart, ...vTarget, messageId: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, { threadId, owner, messageId, agent, limits }): Promise<string> => {
    const source = await getThread(ctx, { threadId, owner });
    const last = messageId === undefined ? null : await getMessage(ctx, source._id, messageId);
    const { context } = threadSnapshot(source.snapshot);
    const upTo = last ? placeOf(last) : END_OF_TURN(context.turn);
    const turn = last ? turnOf(last.position) : context.turn;
    const fork = await newThread(ctx, { agent, owner: source.owner });
    await changeDetails(ctx, fork._id, await readDetails(ctx, source._id));
    await dispatch(ctx, fork, { type: "FORK", source: source._id, upTo, turn, limits });
    return fork._id;
  },
});
