import type { FunctionReturnType } from "convex/server";
import type { ThreadDoc, Transition } from "convex-durable-agents/react";
import type { Message } from "./message";
import type { api } from "../../convex/_generated/api";

type Turn = FunctionReturnType<typeof api.chat.listTurns>["turns"][number];
type Failure = FunctionReturnType<typeof api.failures.list>[number];

/** What became of a turn that did not come to its end. */
export interface TurnMark {
  turn: number;
  outcome: "failed" | "stopped" | "interrupted";
  stopReason?: ThreadDoc["stopReason"];
  /** Why it failed. */
  error?: Pick<Failure, "code" | "message">;
  /** How often the last step was tried, as far as the log reaches. */
  attempts: number;
}

interface History {
  turns: Turn[];
  failures: Failure[];
  /** Oldest first. */
  transitions: Transition[];
  messages: Message[];
}

/** The marks of a transcript: of each turn that failed, was stopped or interrupted, and is still part of it. */
export function turnMarks({ turns, failures, transitions, messages }: History): TurnMark[] {
  const rewinds = transitions.filter(({ event }) => event === "REWIND").map(({ at }) => at);
  return turns.flatMap((turn) => {
    const { turn: number, outcome, stopReason } = turn;
    if (outcome !== "failed" && outcome !== "stopped" && outcome !== "interrupted") return [];
    if (rewinds.some((at) => isDropped(turn, at, messages))) return [];
    const error = failures.find((failure) => failure.turn === number);
    const attempts = attemptsOf(turn, transitions);
    return [{ turn: number, outcome, attempts, ...(stopReason && { stopReason }), ...(error && { error }) }];
  });
}

/** Whether a rewind took a turn out of the transcript: unless a message behind the turn was there before, and still is. */
const isDropped = ({ turn, endedAt = 0 }: Turn, rewoundAt: number, messages: Message[]): boolean =>
  endedAt < rewoundAt &&
  !messages.some(({ metadata }) => metadata!.turn > turn && (metadata!.createdAt ?? Infinity) < rewoundAt);

/** How often the last step of a turn was tried: once, and once more after each wait. */
function attemptsOf({ startedAt, endedAt = Infinity }: Turn, transitions: Transition[]): number {
  const during = transitions.filter(({ at }) => at >= startedAt && at <= endedAt);
  const committed = during.findLastIndex(({ event }) => event === "STREAM_FINISHED");
  return 1 + during.slice(committed + 1).filter(({ to }) => to === "running.backoff").length;
}

/** The marks by the index of the message that they follow: the last one of their turn, or before it. */
export function marksByMessage(marks: TurnMark[], messages: Message[]): Map<number, TurnMark[]> {
  const placed = new Map<number, TurnMark[]>();
  for (const mark of marks.toSorted((a, b) => a.turn - b.turn)) {
    const index = messages.findLastIndex(({ metadata }) => metadata!.turn <= mark.turn);
    if (index >= 0) placed.set(index, [...(placed.get(index) ?? []), mark]);
  }
  return placed;
}
