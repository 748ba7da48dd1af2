import type { DynamicToolUIPart, ToolUIPart } from "ai";
import { isSameValue } from "../../component/lib/storable.js";
import { withShown } from "../values/foldChunks.js";
import type { Cursor, MessageDoc, MessagesWithStreams, ToolData } from "../types.js";
import { isToolData, toolDataParts } from "../values/dataParts.js";
import { OPTIMISTIC_ID } from "./foldMessages.js";
import { NO_STREAM, type LiveStream } from "./liveStream.js";

/**
 * The committed messages of a thread as far as a client has loaded them. What it has is not loaded again: subscriptions ask
 * for what came since. Values are replaced, never changed.
 */
export interface Transcript {
  /** Oldest first, each once. */
  docs: MessageDoc[];
  /** When the newest of them was committed; null until the first page has arrived. */
  newest: number | null;
  /** Where older messages begin; null if there are none. */
  oldest: Cursor | null;
  /** Ask for messages with the text that was streamed, because the stream was not followed from its beginning. */
  whole: boolean;
}

export const NO_TRANSCRIPT: Transcript = { docs: [], newest: null, oldest: null, whole: false };

/** Which tool call: its step, and its index among the step's calls. */
export interface CallPlace {
  turn: number;
  step: number;
  index: number;
}

/** What an answer is about, besides the thread. */
interface AnswerContext {
  /** The stream that the client has followed: its text is not sent again with the messages. Default: none. */
  live?: LiveStream;
  /** The tool call that the client asked about. */
  call?: CallPlace;
}

/** Adds an answer of `listMessagesWithStreams`: a page, new messages, or a tool call's changes. */
export function withAnswer(
  transcript: Transcript,
  { messages = [], cursor, toolCall }: MessagesWithStreams,
  { live = NO_STREAM, call }: AnswerContext = {},
): Transcript {
  if (cursor !== undefined) return withPage(transcript, messages, cursor);
  if (toolCall && call) return withToolCall(transcript, call, toolCall);
  return withNewMessages(transcript, messages, live);
}

/** Adds the first page, or the page before the messages that are there. */
function withPage(transcript: Transcript, messages: MessageDoc[], cursor: Cursor | null): Transcript {
  const newest = transcript.newest ?? Math.max(0, ...messages.map(({ _creationTime }) => _creationTime));
  return { ...transcript, docs: merged(transcript.docs, messages), newest, oldest: cursor };
}

/** Adds messages that were committed since. */
function withNewMessages(transcript: Transcript, messages: MessageDoc[], live: LiveStream): Transcript {
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

/** Restores the text of a message that came with the stream. Null if the client does not have that text. */
function withStreamed(message: MessageDoc, { cursor, fold }: LiveStream): MessageDoc | null {
  const { streamed, ...whole } = message;
  if (!streamed) return message;
  if (cursor?.streamId !== streamed.streamId) return null;
  const parts = withShown(message.parts, streamed.lengths, fold.parts);
  return parts && { ...whole, parts };
}

/** Whether a message was sent and is not confirmed yet. */
export const isOptimistic = ({ id }: MessageDoc): boolean => id.startsWith(OPTIMISTIC_ID);

function merged(docs: MessageDoc[], more: MessageDoc[]): MessageDoc[] {
  const byId = new Map([...docs, ...more].map((doc) => [doc.id, doc]));
  return [...byId.values()].sort(
    (a, b) => a.turn - b.turn || a.step - b.step || a._creationTime - b._creationTime,
  );
}

/** A client follows at most this many tool calls; others are followed as soon as these have their outcomes. */
const MAX_FOLLOWED_CALLS = 100;

const PENDING = new Set(["input-available", "approval-requested", "approval-responded"]);

type Part = MessageDoc["parts"][number];
type ToolPart = ToolUIPart | DynamicToolUIPart;

/** The AI SDK has this as well, and would bring all of itself into a page. */
const isToolPart = (part: Part): part is ToolPart =>
  part.type === "dynamic-tool" || part.type.startsWith("tool-");

/** The durable tool calls of a step. */
const callsOf = ({ parts }: MessageDoc): ToolPart[] =>
  parts.filter(isToolPart).filter(({ providerExecuted }) => !providerExecuted);

/** Whether a call has no outcome yet; what a running tool tells of itself is none. */
const isPending = (part: ToolPart): boolean =>
  PENDING.has(part.state) || (part.state === "output-available" && part.preliminary === true);

/** The tool calls that may still change. */
export function pendingCalls(docs: MessageDoc[]): CallPlace[] {
  const places = docs.flatMap((doc) =>
    callsOf(doc).flatMap((part, index) =>
      isPending(part) ? [{ turn: doc.turn, step: doc.step, index }] : [],
    ),
  );
  return places.slice(0, MAX_FOLLOWED_CALLS);
}

/** Finds a tool call with the message that has it. Null if it is not among these messages. */
export function callAt(
  docs: MessageDoc[],
  { turn, step, index }: CallPlace,
): { doc: MessageDoc; part: ToolPart } | null {
  const doc = docs.find((doc) => doc.role === "assistant" && doc.turn === turn && doc.step === step);
  const part = doc && callsOf(doc)[index];
  return part ? { doc, part } : null;
}

/** Sets the fields of a tool call that have changed, and the data parts that its tool has written. */
function withToolCall(
  transcript: Transcript,
  place: CallPlace,
  { data, ...fields }: Record<string, unknown>,
): Transcript {
  const found = callAt(transcript.docs, place);
  if (!found) return transcript;
  const { doc, part } = found;
  const { toolCallId } = part;
  const changed = { ...withoutProgress(part), ...fields } as ToolPart;
  const isOfCall = (one: Part) => isToolData(one) && one.writtenBy === toolCallId;
  const written = toolDataParts(toolCallId, (data ?? []) as ToolData[]);
  if (isSameValue(part, changed) && isSameValue(doc.parts.filter(isOfCall), written)) return transcript;
  // The data comes last, that of each call where its first part was.
  const others = doc.parts.with(doc.parts.indexOf(part), changed).filter((one) => !isOfCall(one));
  const at = doc.parts.findIndex(isOfCall);
  const parts = others.toSpliced(at < 0 ? others.length : at, 0, ...written);
  return { ...transcript, docs: transcript.docs.with(transcript.docs.indexOf(doc), { ...doc, parts }) };
}

/** A call without what its tool told of itself while it ran. */
function withoutProgress(part: ToolPart): object {
  if (part.state !== "output-available" || !part.preliminary) return part;
  const { output: _output, preliminary: _preliminary, ...rest } = part;
  return rest;
}
