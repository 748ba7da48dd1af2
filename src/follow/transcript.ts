import type { DynamicToolUIPart, ToolUIPart } from "ai";
import { withShown } from "../values/foldChunks.js";
import type { Cursor, MessageDoc, MessagesWithStreams } from "../types.js";
import { OPTIMISTIC_ID } from "./foldMessages.js";
import type { LiveStream } from "./liveStream.js";

/**
 * The committed messages of a thread as far as a page has them. What has arrived stays and is not asked for again:
 * the subscriptions ask for what came since. Values are replaced, never changed.
 */
export interface Transcript {
  /** Oldest first, each once. */
  docs: MessageDoc[];
  /** When the newest of them was committed; null until the first page has arrived. */
  newest: number | null;
  /** Where older ones begin, or null when there are none. */
  oldest: Cursor | null;
  /** Ask for streamed text, too, because the stream was not followed from its beginning. */
  whole: boolean;
}

export const NO_TRANSCRIPT: Transcript = { docs: [], newest: null, oldest: null, whole: false };

/** Takes in a page: the first one, or the one before those that are there. */
export function withPage(
  transcript: Transcript,
  { messages = [], cursor = null }: MessagesWithStreams,
): Transcript {
  const newest = transcript.newest ?? Math.max(0, ...messages.map(({ _creationTime }) => _creationTime));
  return { ...transcript, docs: merged(transcript.docs, messages), newest, oldest: cursor };
}

/**
 * Takes in what was committed since.
 *
 * @param live - the stream that the reader followed: messages come without the text that it has brought.
 */
export function withTail(
  transcript: Transcript,
  { messages = [] }: MessagesWithStreams,
  live: LiveStream,
): Transcript {
  const fresh = messages.filter((message) => !isOptimistic(message));
  const last = fresh.at(-1);
  if (!last || last._creationTime <= transcript.newest!) return transcript;
  const restored = fresh.map((message) => withStreamed(message, live));
  const whole = restored.filter((message) => message !== null);
  if (whole.length < restored.length) return { ...transcript, whole: true };
  return {
    ...transcript,
    docs: merged(transcript.docs, whole),
    newest: last._creationTime,
    whole: false,
  };
}

/** A message with the text that came with the stream, or null when the reader does not have that. */
function withStreamed(message: MessageDoc, { cursor, fold }: LiveStream): MessageDoc | null {
  const { streamed, ...whole } = message;
  if (!streamed) return message;
  if (cursor?.streamId !== streamed.streamId) return null;
  const parts = withShown(message.parts, streamed.lengths, fold.parts);
  return parts && { ...whole, parts };
}

/** A message that was sent and is not confirmed yet. */
export const isOptimistic = ({ id }: MessageDoc): boolean => id.startsWith(OPTIMISTIC_ID);

function merged(docs: MessageDoc[], more: MessageDoc[]): MessageDoc[] {
  const byId = new Map([...docs, ...more].map((doc) => [doc.id, doc]));
  return [...byId.values()].sort(
    (a, b) => a.turn - b.turn || a.step - b.step || a._creationTime - b._creationTime,
  );
}

/** Which tool call: its step, and its place in it. */
export interface CallPlace {
  turn: number;
  step: number;
  index: number;
}

/** A page follows no more tool calls than this one by one; the others are seen when these have their outcomes. */
const MAX_FOLLOWED_CALLS = 100;

const PENDING = new Set(["input-available", "approval-requested", "approval-responded"]);

type Part = MessageDoc["parts"][number];

/** The AI SDK has this as well, and would bring all of itself into a page. */
const isToolPart = (part: Part): part is ToolUIPart | DynamicToolUIPart =>
  part.type === "dynamic-tool" || part.type.startsWith("tool-");

const isOurCall = (part: Part): part is ToolUIPart | DynamicToolUIPart =>
  isToolPart(part) && !part.providerExecuted;

/** The tool calls that may yet change. */
export function pendingCalls(docs: MessageDoc[]): CallPlace[] {
  const places = docs.flatMap(({ turn, step, parts }) =>
    parts
      .filter(isOurCall)
      .flatMap((part, index) => (PENDING.has(part.state) ? [{ turn, step, index }] : [])),
  );
  return places.slice(0, MAX_FOLLOWED_CALLS);
}

/** The tool call at a place with the message that has it, or null where it is not among these. */
export function callAt(docs: MessageDoc[], { turn, step, index }: CallPlace) {
  const doc = docs.find((doc) => doc.role === "assistant" && doc.turn === turn && doc.step === step);
  const part = doc?.parts.filter(isOurCall)[index];
  return doc && part ? { doc, part } : null;
}

/** Takes in how a tool call stands. */
export function withToolCall(
  transcript: Transcript,
  place: CallPlace,
  fields: Record<string, unknown>,
): Transcript {
  const found = callAt(transcript.docs, place);
  if (!found || isSame(found.part, fields)) return transcript;
  const { doc, part } = found;
  const changed = { ...part, ...fields };
  const parts = doc.parts.with(doc.parts.indexOf(part), changed);
  return { ...transcript, docs: transcript.docs.with(transcript.docs.indexOf(doc), { ...doc, parts }) };
}

const isSame = (part: object, fields: Record<string, unknown>): boolean =>
  Object.entries(fields).every(
    ([name, value]) => JSON.stringify(part[name as keyof typeof part]) === JSON.stringify(value),
  );
