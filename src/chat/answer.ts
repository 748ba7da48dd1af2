import { getToolName, type FinishReason } from "ai";
import { foldMessages, withLiveStep } from "../follow/foldMessages.js";
import { runningTurn } from "../follow/threadStatus.js";
import { callAt, pendingCalls } from "../follow/transcript.js";
import type { AgentMessage, MessagePart } from "../follow/types.js";
import type { MessageDoc } from "../types.js";
import { isDataPart } from "../values/dataParts.js";
import type { FollowedThread } from "./followedThread.js";
import { STEERING_MESSAGE, type ToolPart } from "./partChunks.js";

/** Which answer to stream: that to a message, that of the first turn after a turn, or that of the running turn. */
export type AnswerRequest = { messageId: string } | { afterTurn: number } | "running";

/** Where an answer is in its thread. */
export interface AnswerPlace {
  turn: number;
  /** The answer has the turn's steps after this one: 0, or the step after which a message steered the turn. */
  afterStep: number;
}

/** An answer as far as it has arrived. */
export interface Answer {
  message: AgentMessage;
  /** Whether its last step is being streamed; another attempt may still replace that step. */
  isLive: boolean;
  finishReason: FinishReason | undefined;
}

/** The end of an answer. */
export interface AnswerEnd {
  /** The error's message, if it ended with one. */
  errorText?: string;
}

/** Finds the place of an answer. Null if it is not known yet. */
export function placeOf(followed: FollowedThread, request: AnswerRequest): AnswerPlace | null {
  const { thread, docs, isOpen } = followed;
  if (!thread || !isOpen) return null;
  if (request === "running") return { turn: thread.turn, afterStep: lastSteered(followed, thread.turn) };
  if ("afterTurn" in request)
    return thread.turn > request.afterTurn ? { turn: thread.turn, afterStep: 0 } : null;
  const question = docs.find(({ id }) => id === request.messageId);
  return question ? { turn: question.turn, afterStep: question.step } : null;
}

/**
 * The last step after which a message steered the turn; 0 if none did. What was sent before a committed step ended is answered by the
 * next model call, also while nothing of that has arrived.
 */
function lastSteered({ docs, liveStep }: FollowedThread, turn: number): number {
  const ofTurn = docs.filter((doc) => doc.turn === turn);
  const stepsOf = (wanted: MessageDoc["role"]) =>
    ofTurn.filter(({ role }) => role === wanted).map(({ step }) => step);
  const streaming = liveStep?.turn === turn ? liveStep.step : 0;
  const answering = Math.max(streaming, ...stepsOf("assistant").map((step) => step + 1));
  return Math.max(0, ...stepsOf("user").filter((step) => step < answering));
}

/**
 * Returns the answer at a place as one message. Null before its first word.
 *
 * @param showsSteering - whether messages that steered it are among its parts. Default: false.
 */
export function answerAt(
  { docs, liveStep }: FollowedThread,
  { turn, afterStep }: AnswerPlace,
  showsSteering = false,
): Answer | null {
  const ofTurn = docs.filter((doc) => doc.turn === turn);
  const committed = foldMessages(ofTurn, null);
  const messages = withLiveStep(committed, ofTurn, liveStep?.turn === turn ? liveStep : null);
  const question = ofTurn.findLast(({ role, step }) => role === "user" && step <= afterStep);
  const from = messages.findIndex(({ id }) => id === question?.id) + 1;
  const to = messages.findLastIndex(({ role }) => role === "assistant");
  const message = joined(messages.slice(from, to + 1), showsSteering);
  if (!message) return null;
  const { finishReason } = ofTurn.findLast(({ role }) => role === "assistant") ?? {};
  return { message, isLive: messages !== committed, finishReason: finishReason as FinishReason | undefined };
}

/** Joins the pieces of an answer, with the messages between them that steered it. Undefined if there are none. */
function joined([first, ...rest]: AgentMessage[], showsSteering: boolean): AgentMessage | undefined {
  return rest.reduce<AgentMessage | undefined>((whole, { id, role, parts, metadata }) => {
    if (role === "assistant")
      return {
        ...whole!,
        parts: [...whole!.parts, ...parts],
        metadata: {
          ...whole!.metadata!,
          partial: whole!.metadata!.partial || metadata!.partial,
          ...(metadata!.custom && { custom: metadata!.custom }),
        },
      };
    const steering = { type: STEERING_MESSAGE, id, parts: parts.filter((part) => !isDataPart(part)) };
    return showsSteering
      ? { ...whole!, parts: [...whole!.parts, steering as unknown as MessagePart] }
      : whole;
  }, first);
}

/**
 * Returns how the answer at a place has ended. Null while more of it comes by itself. Where only the chat's user can move the
 * thread on, the answer ends as well: `useChat` streams the rest as a continuation.
 *
 * @param clientTools - the tools whose results come from the chat's user.
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

/** Whether the chat's user has to answer all calls that the thread waits for. */
function waitsForUser(docs: MessageDoc[], clientTools: readonly string[]): boolean {
  const calls = pendingCalls(docs).map((place) => callAt(docs, place)!.part);
  return calls.length > 0 && calls.every((part) => isForUser(part, clientTools));
}

const isForUser = (part: ToolPart, clientTools: readonly string[]): boolean =>
  part.state === "approval-requested" || clientTools.includes(getToolName(part));
