import { isToolUIPart, type FinishReason } from "ai";
import { foldMessages, withLiveStep } from "../follow/foldMessages.js";
import { runningTurn } from "../follow/threadStatus.js";
import { pendingCalls } from "../follow/transcript.js";
import type { AgentMessage } from "../follow/types.js";
import type { MessageDoc } from "../types.js";
import type { FollowedThread } from "./followedThread.js";

/** Whose answer is wanted: a message's, that of the first turn after one, or that of the running turn. */
export type Wanted = { messageId: string } | { afterTurn: number } | "running";

/** Where an answer stands: the steps of a turn, those after a step when a message has steered it there. */
export interface AnswerPlace {
  turn: number;
  afterStep: number;
}

/** An answer as far as it is there. */
export interface Answer {
  message: AgentMessage;
  /** Its last step is being streamed, and another attempt may yet take its place. */
  isLive: boolean;
  finishReason: FinishReason | undefined;
}

/** How an answer has ended: with an error's message, or for good. */
export interface AnswerEnd {
  errorText?: string;
}

/** Where the wanted answer stands, or null when that is not known yet. */
export function placeOf(followed: FollowedThread, wanted: Wanted): AnswerPlace | null {
  const { thread, docs, isOpen } = followed;
  if (!thread || !isOpen) return null;
  if (wanted === "running") return { turn: thread.turn, afterStep: lastSteered(followed, thread.turn) };
  if ("afterTurn" in wanted)
    return thread.turn > wanted.afterTurn ? { turn: thread.turn, afterStep: 0 } : null;
  const asked = docs.find(({ id }) => id === wanted.messageId);
  return asked ? { turn: asked.turn, afterStep: asked.step } : null;
}

/** The step after which a message steered the turn last; 0 where none did. */
function lastSteered({ docs, liveStep }: FollowedThread, turn: number): number {
  const ofTurn = docs.filter((doc) => doc.turn === turn);
  const answered = Math.max(
    liveStep?.step ?? 0,
    ...ofTurn.filter(({ role }) => role === "assistant").map(({ step }) => step),
  );
  const steps = ofTurn.filter(({ role, step }) => role === "user" && step < answered).map(({ step }) => step);
  return Math.max(0, ...steps);
}

/** The answer at a place as one message; null before its first word. */
export function answerAt(
  { docs, liveStep }: FollowedThread,
  { turn, afterStep }: AnswerPlace,
): Answer | null {
  const steps = docs.filter(
    (doc) => doc.turn === turn && (doc.role === "assistant" || doc.step <= afterStep),
  );
  const committed = foldMessages(steps, null);
  const messages = withLiveStep(committed, steps, liveStep?.turn === turn ? liveStep : null);
  const message = messages.at(-1);
  if (message?.role !== "assistant") return null;
  const { finishReason } = steps.at(-1) ?? {};
  return { message, isLive: messages !== committed, finishReason: finishReason as FinishReason | undefined };
}

/**
 * How the answer at a place has ended, or null when more of it will come by itself. It also ends, for this time, where
 * nothing but the chat's user can move it on.
 *
 * @param clientTools - the tools whose results the chat's user gives.
 */
export function endOf(
  followed: FollowedThread,
  place: AnswerPlace | null,
  clientTools: readonly string[],
): AnswerEnd | null {
  const { thread, isCurrent, docs } = followed;
  if (!isCurrent || thread === undefined) return null;
  if (thread === null) return { errorText: "There is no such thread." };
  const turn = runningTurn(thread);
  if (turn === null) {
    const hasFailed = thread.status === "failed" && thread.turn === (place?.turn ?? thread.turn);
    return hasFailed ? { errorText: thread.error?.message ?? "The turn has failed." } : {};
  }
  if (!place || turn < place.turn) return null;
  if (turn > place.turn) return {};
  return thread.status === "awaiting_tool_results" && waitsForUser(docs, clientTools) ? {} : null;
}

/** Whether each of the calls that the thread waits for waits for the chat's user. */
function waitsForUser(docs: MessageDoc[], clientTools: readonly string[]): boolean {
  const waiting = pendingCalls(docs).map(({ turn, step, index }) => {
    const doc = docs.find((doc) => doc.role === "assistant" && doc.turn === turn && doc.step === step)!;
    return doc.parts.filter((part) => isToolUIPart(part) && !part.providerExecuted)[index]!;
  });
  return waiting.length > 0 && waiting.every((part) => isForUser(part, clientTools));
}

function isForUser(part: MessageDoc["parts"][number], clientTools: readonly string[]): boolean {
  if (!isToolUIPart(part)) return false;
  const name = part.type === "dynamic-tool" ? part.toolName : part.type.slice("tool-".length);
  return part.state === "approval-requested" || clientTools.includes(name);
}
