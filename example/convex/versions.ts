import { v } from "convex/values";
import { api } from "./_generated/api";
import { mutation, query, type MutationCtx, type QueryCtx } from "./_generated/server";

/**
 * What the metadata of an archived copy says: of which thread it keeps an earlier version, and what has another version there:
 * the message of this role behind one of a turn, or behind none.
 */
interface Version {
  versionOf: string;
  place: string;
}

const placeOf = (role: "user" | "assistant", after = 0) => `${role}:${after}`;

const versionOf = (metadata: Record<string, unknown> | undefined): Version | null =>
  metadata && "versionOf" in metadata ? (metadata as unknown as Version) : null;

/** How far back messages are looked at, and threads. */
const LOOKED_AT = 500;

/**
 * The copies that keep earlier versions of a thread, oldest first. One that somebody goes on with leaves the archive, and is a
 * thread like any other.
 */
export async function versionsOf(ctx: QueryCtx, threadId: string): Promise<(Version & { _id: string })[]> {
  const archived = await ctx.runQuery(api.chat.listThreads, { archived: true, limit: LOOKED_AT });
  return archived
    .sort((a, b) => a._creationTime - b._creationTime)
    .flatMap(({ _id, metadata }) => {
      const version = versionOf(metadata);
      return version?.versionOf === threadId ? [{ _id, ...version }] : [];
    });
}

/** The versions of a thread's messages, by their places: the threads that have them, oldest first. */
export const list = query({
  args: { threadId: v.string() },
  returns: v.array(v.object({ place: v.string(), threads: v.array(v.string()) })),
  handler: async (ctx, { threadId }) => {
    const thread = await ctx.runQuery(api.chat.getThread, { threadId });
    const places = new Map<string, string[]>();
    const add = (place: string, id: string) => places.set(place, [...(places.get(place) ?? []), id]);
    for (const { _id, place } of await versionsOf(ctx, threadId)) add(place, _id);
    for (const place of places.keys()) add(place, threadId);
    const self = versionOf(thread?.metadata);
    if (self) {
      const siblings = (await versionsOf(ctx, self.versionOf)).filter(({ place }) => place === self.place);
      places.set(self.place, [...siblings.map(({ _id }) => _id), self.versionOf]);
    }
    return [...places].map(([place, threads]) => ({ place, threads }));
  },
});

/** Keeps a thread as it is in a copy, before something in it is replaced. */
async function keep(ctx: MutationCtx, version: Version): Promise<void> {
  const { versionOf: threadId } = version;
  const copy: string = await ctx.runMutation(api.chat.forkThread, { threadId });
  const { snapshot } = (await ctx.runQuery(api.chat.getThread, { threadId: copy, inspect: true }))!;
  // A long history is copied in batches, and what is about to go would be missing: then there is no version.
  if (typeof snapshot!.value !== "string" && "preparing" in snapshot!.value)
    await ctx.runMutation(api.chat.deleteThread, { threadId: copy });
  else
    await ctx.runMutation(api.chat.updateThread, {
      threadId: copy,
      archived: true,
      metadata: { ...version },
    });
}

/** The agent's `editMessage`, after which the message and what followed it are still there in a version. */
export const editMessage = mutation({
  // The page edits texts; files stay as they are, since the message's own are not sent again.
  args: {
    threadId: v.string(),
    messageId: v.string(),
    prompt: v.optional(v.string()),
    files: v.optional(v.array(v.any())),
  },
  returns: v.string(),
  handler: async (ctx, args): Promise<string> => {
    const { threadId, messageId } = args;
    const messages = await ctx.runQuery(api.chat.listMessages, { threadId, limit: LOOKED_AT });
    const index = messages.findIndex(({ id }) => id === messageId);
    if (index >= 0)
      await keep(ctx, { versionOf: threadId, place: placeOf("user", messages[index - 1]?.turn) });
    return ctx.runMutation(api.chat.editMessage, args);
  },
});

/** The agent's `regenerate`, after which the answer and what followed it are still there in a version. */
export const regenerate = mutation({
  args: { threadId: v.string(), messageId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const { threadId, messageId } = args;
    const messages = await ctx.runQuery(api.chat.listMessages, { threadId, limit: LOOKED_AT });
    const end = messageId === undefined ? messages.length : messages.findIndex(({ id }) => id === messageId);
    const question = messages.slice(0, end).findLast(({ role }) => role === "user");
    if (question) await keep(ctx, { versionOf: threadId, place: placeOf("assistant", question.turn) });
    return ctx.runMutation(api.chat.regenerate, args);
  },
});
