import type { UIMessage } from "ai";
import { decodeValue } from "../../component/lib/storable.js";
import type { MessageDoc } from "../types.js";
import { isDataPart, replaces } from "../values/dataParts.js";
import type { AgentMessage, AgentMessageMetadata, LiveStep, MessagePart } from "./types.js";

/** The beginning of the id of a message that was sent and is not confirmed yet. */
export const OPTIMISTIC_ID = "optimistic:";

/** The separator that the AI SDK puts before each step. */
const STEP_START: MessagePart = { type: "step-start" };

/**
 * Folds committed messages into UIMessages: the steps of a turn become one assistant's message, whose id stays the same from
 * its first streamed word on. A message that steered the turn stands between two of them.
 *
 * @param docs - committed messages, oldest first; a page may begin inside a turn.
 * @param currentTurn - the running turn: user messages of a later one are queued. Null if none runs.
 */
export function foldMessages(docs: MessageDoc[], currentTurn: number | null): AgentMessage[] {
  const messages: AgentMessage[] = [];
  for (const doc of docs) {
    const last = messages.at(-1);
    const { id, role, turn, partial = false, _creationTime: createdAt } = doc;
    const parts = decodeValue(doc.parts) as MessagePart[];
    const custom = doc.metadata && { custom: decodeValue(doc.metadata) as Record<string, unknown> };
    const metadata = { turn, messageId: id, createdAt, partial, ...custom };
    if (role === "assistant" && last?.role === "assistant" && last.metadata?.turn === turn) {
      last.parts = withStep(last.parts, parts);
      last.metadata.partial ||= partial;
      Object.assign(last.metadata, custom);
    } else if (role === "assistant") {
      messages.push(answer(answerId(messages, doc), withStep([], parts), metadata));
    } else {
      const queued = currentTurn !== null && waits(doc, docs, currentTurn);
      const pending = id.startsWith(OPTIMISTIC_ID);
      const sent = { queued, pending, ...(doc.sender !== undefined && { sender: doc.sender }) };
      messages.push({ id, role, parts, metadata: { ...metadata, ...sent } });
    }
  }
  return messages;
}

/** Whether a user's message waits: for its turn, or for the next step of the running one. */
const waits = ({ turn, step }: MessageDoc, docs: MessageDoc[], currentTurn: number): boolean =>
  turn > currentTurn ||
  (turn === currentTurn &&
    step > 0 &&
    !docs.some((doc) => doc.role === "assistant" && doc.turn === turn && doc.step > step));

/**
 * Adds the step that is being streamed, at the end of its turn. A committed step replaces its stream: it is not added again.
 */
export function withLiveStep(
  messages: AgentMessage[],
  docs: MessageDoc[],
  live: LiveStep | null,
): AgentMessage[] {
  if (!live || live.parts.length === 0) return messages;
  const { turn, step } = live;
  if (docs.some((doc) => doc.role === "assistant" && doc.turn === turn && doc.step >= step)) return messages;
  const steered = docs.filter((doc) => doc.role === "user" && doc.turn === turn && doc.step > step);
  const index = messages.findLastIndex(
    ({ id, metadata }) => metadata!.turn <= turn && !steered.some((doc) => doc.id === id),
  );
  const answered = messages[index];
  if (answered?.role === "assistant" && answered.metadata!.turn === turn)
    return messages.with(index, { ...answered, parts: withStep(answered.parts, live.parts) });
  const metadata = { turn, messageId: null, createdAt: null, partial: false };
  return messages.toSpliced(
    index + 1,
    0,
    answer(answerId(messages, live), withStep([], live.parts), metadata),
  );
}

/** The id of an answer: its turn, and for the part after a message that steered it, its first step as well. */
const answerId = (before: AgentMessage[], { turn, step }: Pick<LiveStep, "turn" | "step">): string =>
  before.some(({ role, metadata }) => role === "assistant" && metadata?.turn === turn)
    ? `turn-${turn}-${step}`
    : `turn-${turn}`;

function answer(
  id: string,
  parts: MessagePart[],
  metadata: Omit<AgentMessageMetadata, "queued" | "pending">,
): AgentMessage {
  return { id, role: "assistant", parts, metadata: { ...metadata, queued: false, pending: false } };
}

/**
 * Adds a step to an answer's parts, behind the separator, which is not stored: each step is a message of its own. A data part takes
 * the place of an earlier one with its type and id.
 */
function withStep(parts: MessagePart[], step: MessagePart[]): MessagePart[] {
  const whole = [...parts, STEP_START];
  for (const part of step) {
    const at = isDataPart(part)
      ? whole.findIndex((earlier) => isDataPart(earlier) && replaces(part, earlier))
      : -1;
    if (at < 0) whole.push(part);
    else whole[at] = part;
  }
  return whole;
}

/**
 * Returns a React key for a message. An assistant's message keeps its key from its first streamed word to its last
 * committed step.
 *
 * @example
 * messages.map((message) => <Message key={getMessageKey(message)} message={message} />)
 */
export function getMessageKey(message: UIMessage): string {
  return `${message.role}:${message.id}`;
}
