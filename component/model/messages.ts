import { getConvexSize, type Infer } from "convex/values";
import type { WithoutSystemFields } from "convex/server";
import type { Place } from "../../machines/thread/events.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { checkDataParts } from "../lib/dataParts.js";
import { agentError } from "../lib/errors.js";
import { MAX_CONTENT_BYTES, MAX_FILES } from "../lib/limits.js";
import { checkMetadata } from "../lib/metadata.js";
import { positionOf, stepOf, turnOf } from "../lib/position.js";
import { storable } from "../lib/storable.js";
import type { Message, SentData, SentFile, vContent } from "../validators/message.js";
import { wholeUsage } from "./usage.js";

/** A message before it has its place in a thread. */
export type NewMessage = Omit<WithoutSystemFields<Doc<"messages">>, "threadId" | "position">;

/** Text, files and data as a client sends them. */
export type Content = { [Name in keyof typeof vContent]?: Infer<(typeof vContent)[Name]> };

/** Who sends a message, and what the app says of it. */
export type Sent = Pick<Doc<"messages">, "sender" | "metadata">;

/**
 * A message of a thread's user, or one that the app adds.
 *
 * @throws empty_prompt, invalid_file, invalid_data_part, prompt_too_large, metadata_too_large
 */
export function newMessage(
  role: "user" | "assistant",
  { sender, metadata, ...content }: Content & Sent,
): NewMessage {
  checkMetadata(metadata);
  return { role, parts: partsOf(content), sender, metadata };
}

/** A part of a user's message as stored. A file in the app's storage has no URL until it is read. */
type Part = { type: "text"; text: string } | ({ type: "file" } & SentFile) | SentData;

/**
 * The parts of a message.
 *
 * @throws empty_prompt, invalid_file, invalid_data_part, prompt_too_large
 */
export function partsOf({ prompt = "", files = [], data = [] }: Content): Part[] {
  if (prompt.trim() === "" && files.length + data.length === 0)
    throw agentError("empty_prompt", "The prompt is empty.");
  checkDataParts(data);
  if (files.length > MAX_FILES) throw agentError("invalid_file", `A message has at most ${MAX_FILES} files.`);
  for (const file of files) checkFile(file);
  const parts: Part[] = files.map((file) => ({ type: "file", ...file }));
  if (prompt.trim() !== "") parts.push({ type: "text", text: prompt });
  parts.push(...data.map((part) => ({ ...part, data: storable(part.data) })));
  const bytes = getConvexSize(parts);
  if (bytes > MAX_CONTENT_BYTES)
    throw agentError(
      "prompt_too_large",
      `The message has ${bytes} bytes; a row can hold ${MAX_CONTENT_BYTES}.`,
    );
  return parts;
}

/** What readers and models can load a file from, and nothing that a page would run. */
const FILE_PROTOCOLS = ["https:", "http:", "data:"];

function checkFile({ url, storageId }: SentFile): void {
  if ((url === undefined) === (storageId === undefined))
    throw agentError("invalid_file", "A file has either a url or a storageId.");
  if (url !== undefined && !isFileUrl(url))
    throw agentError("invalid_file", "The url of a file begins with https:, http: or data:.");
}

function isFileUrl(url: string): boolean {
  try {
    return FILE_PROTOCOLS.includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** The message as it is stored: without a sender who is the thread's owner. */
export const sentTo = ({ owner }: Pick<Doc<"threads">, "owner">, message: NewMessage): NewMessage =>
  message.sender === owner ? { ...message, sender: undefined } : message;

/**
 * A user's message where one may be left out: undefined when there is neither text nor file nor data.
 *
 * @throws empty_prompt, invalid_file, invalid_data_part, prompt_too_large, metadata_too_large
 */
export function optionalMessage(content: Content & Sent): NewMessage | undefined {
  const { prompt, files, data } = content;
  return (prompt ?? files ?? data) === undefined ? undefined : newMessage("user", content);
}

/** Stores a message at a place of a thread. */
export function insertMessage(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { turn, step }: { turn: number; step: number },
  message: NewMessage,
): Promise<Id<"messages">> {
  return ctx.db.insert("messages", { ...message, threadId, position: positionOf(turn, step) });
}

/** The message that a client sent with this key, or null. */
export const messageByKey = (
  ctx: QueryCtx,
  threadId: Id<"threads">,
  key: string,
): Promise<Doc<"messages"> | null> =>
  ctx.db
    .query("messages")
    .withIndex("by_key", (q) => q.eq("threadId", threadId).eq("key", key))
    .first();

/**
 * A message of a thread.
 *
 * @throws message_not_found
 */
export async function getMessage(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  messageId: string,
): Promise<Doc<"messages">> {
  const id = ctx.db.normalizeId("messages", messageId);
  const message = id && (await ctx.db.get("messages", id));
  if (message?.threadId !== threadId)
    throw agentError("message_not_found", `There is no message "${messageId}".`);
  return message;
}

/** Where a message is among those of its thread. */
export const placeOf = ({ position, _creationTime }: Doc<"messages">): Place => ({
  position,
  creationTime: _creationTime,
});

/** The first message at a turn's step, or null where there is none. Step 0 is the message that began the turn. */
export const messageAt = (
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { turn, step }: { turn: number; step: number },
): Promise<Doc<"messages"> | null> =>
  ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("position", positionOf(turn, step)))
    .first();

/** A model call's answer, or null if it is not stored as a whole. */
export async function committedAnswer(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  place: { turn: number; step: number },
): Promise<Doc<"messages"> | null> {
  const answer = await messageAt(ctx, threadId, place);
  return answer?.role === "assistant" && !answer.partial ? answer : null;
}

/**
 * Whether a thread has any message.
 *
 * @param turn - only messages of this turn and later ones. Default: of any turn.
 */
export async function hasMessages(ctx: QueryCtx, threadId: Id<"threads">, turn = 0): Promise<boolean> {
  const message = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).gte("position", positionOf(turn, 0)))
    .first();
  return message !== null;
}

/** The last message of a thread's user before a place, or null if there is none. Reads no answer, however large. */
export async function lastUserMessage(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { position, creationTime }: Place,
): Promise<Doc<"messages"> | null> {
  const messages = () => ctx.db.query("messages");
  const atPosition = await messages()
    .withIndex("by_role", (q) =>
      q
        .eq("threadId", threadId)
        .eq("role", "user")
        .eq("position", position)
        .lt("_creationTime", creationTime),
    )
    .order("desc")
    .first();
  if (atPosition) return atPosition;
  return messages()
    .withIndex("by_role", (q) => q.eq("threadId", threadId).eq("role", "user").lt("position", position))
    .order("desc")
    .first();
}

/** A thread's messages, newest first, from just before a place. */
export async function* messagesBefore(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { position, creationTime }: Place,
): AsyncGenerator<Doc<"messages">> {
  const messages = () => ctx.db.query("messages");
  yield* messages()
    .withIndex("by_thread", (q) =>
      q.eq("threadId", threadId).eq("position", position).lt("_creationTime", creationTime),
    )
    .order("desc");
  yield* messages()
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lt("position", position))
    .order("desc");
}

/** A thread's messages, oldest first, from just after a place. */
export async function* messagesAfter(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { position, creationTime }: Place,
): AsyncGenerator<Doc<"messages">> {
  const messages = () => ctx.db.query("messages");
  yield* messages().withIndex("by_thread", (q) =>
    q.eq("threadId", threadId).eq("position", position).gt("_creationTime", creationTime),
  );
  yield* messages().withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("position", position));
}

/** What users have sent after a model call began and before the next one, oldest first. */
export const messagesSentAfter = (
  ctx: QueryCtx,
  { threadId, position }: Pick<Doc<"messages">, "threadId" | "position">,
) =>
  ctx.db.query("messages").withIndex("by_thread", (q) =>
    q
      .eq("threadId", threadId)
      .gt("position", position)
      .lt("position", position + 1),
  );

/** A message as readers see it. */
export function toMessage(row: Doc<"messages">): Message {
  const { _id, _creationTime, position, role, parts, sender, partial, finishReason, usage } = row;
  return {
    id: _id,
    creationTime: _creationTime,
    role,
    parts,
    turn: turnOf(position),
    step: stepOf(position),
    sender,
    metadata: row.metadata,
    partial,
    finishReason,
    usage: usage && wholeUsage(usage),
    providerMetadata: row.providerMetadata as unknown,
    output: row.output as unknown,
  };
}

/** A message without the text that readers who followed its stream already have. */
export function withoutStreamed(row: Doc<"messages">): Message {
  const { streamed } = row;
  const message = toMessage(row);
  if (!streamed) return message;
  const lengths = streamed.lengths.values();
  const parts = (message.parts as { type: string; text: string }[]).map((part) =>
    part.type === "text" || part.type === "reasoning"
      ? { ...part, text: part.text.slice(lengths.next().value ?? 0) }
      : part,
  );
  return { ...message, parts, streamed };
}
