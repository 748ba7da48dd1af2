import { decodeValue } from "../convexValue.js";
import type { MessageDoc } from "../types.js";
import type { AgentMessage, LiveStep, MessagePart } from "./types.js";

/** The id of a message that was sent and is not confirmed yet begins with this. */
export const OPTIMISTIC_ID = "optimistic:";

/** The separator that the AI SDK puts before each step. */
const STEP_START: MessagePart = { type: "step-start" };

/**
 * Folds committed messages into UIMessages: the steps of a turn become one assistant's message, whose id stays
 * the same from its first streamed word on.
 *
 * @param docs - committed messages, oldest first; the first turn may be cut where a page begins.
 * @param currentTurn - the turn that is running: user messages of a later one are queued. Null when none runs.
 */
export function foldMessages(docs: MessageDoc[], currentTurn: number | null): AgentMessage[] {
  const messages: AgentMessage[] = [];
  for (const doc of docs) {
    const last = messages.at(-1);
    const { partial = false } = doc;
    const parts = decodeValue(doc.parts) as MessagePart[];
    if (doc.role === "assistant" && last?.role === "assistant" && last.metadata?.turn === doc.turn) {
      last.parts.push(...stepParts(parts));
      last.metadata.partial ||= partial;
    } else if (doc.role === "assistant") {
      messages.push(assistantMessage(doc.turn, stepParts(parts), { createdAt: doc._creationTime, partial }));
    } else {
      const queued = doc.step === 0 && currentTurn !== null && doc.turn > currentTurn;
      const pending = doc.id.startsWith(OPTIMISTIC_ID);
      messages.push({
        id: doc.id,
        role: doc.role,
        parts,
        metadata: { turn: doc.turn, createdAt: doc._creationTime, partial, queued, pending },
      });
    }
  }
  return messages;
}

/**
 * Adds the step that is being streamed, at the end of its turn. A committed step takes the place of its stream,
 * so one that is committed already is not added again.
 */
export function withLiveStep(
  messages: AgentMessage[],
  docs: MessageDoc[],
  live: LiveStep | null,
): AgentMessage[] {
  if (!live || live.parts.length === 0) return messages;
  const { turn, step } = live;
  if (docs.some((doc) => doc.role === "assistant" && doc.turn === turn && doc.step >= step)) return messages;
  const behind = messages.findLastIndex((message) => message.metadata!.turn <= turn);
  const answered = messages[behind];
  const parts = stepParts(live.parts);
  if (answered?.role === "assistant" && answered.metadata!.turn === turn)
    return messages.with(behind, { ...answered, parts: [...answered.parts, ...parts] });
  return messages.toSpliced(
    behind + 1,
    0,
    assistantMessage(turn, parts, { createdAt: null, partial: false }),
  );
}

function assistantMessage(
  turn: number,
  parts: MessagePart[],
  { createdAt, partial }: { createdAt: number | null; partial: boolean },
): AgentMessage {
  const metadata = { turn, createdAt, partial, queued: false, pending: false };
  return { id: `turn-${turn}`, role: "assistant", parts, metadata };
}

/** The separator is not stored: each step is a message of its own. */
const stepParts = (parts: MessagePart[]): MessagePart[] => [STEP_START, ...parts];
