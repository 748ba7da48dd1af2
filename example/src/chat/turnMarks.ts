import type { FunctionReturnType } from "convex/server";
import type { ThreadDoc, Transition } from "convex-durable-agents/react";
import type { Message } from "./message";
import type { api } from "../../convex/_generated/api";

type Turn = FunctionReturnType<typeof api.chat.listTurns>["turns"][number];

/** What became of a turn that did not come to its end. */
export interface TurnMark extends Pick<Turn, "turn" | "error" | "attempts"> {
  outcome: "failed" | "stopped" | "interrupted";
  stopReason?: ThreadDoc["stopReason"];
}

interface History {
  turns: Turn[];
  /** Oldest first. */
  transitions: Transition[];
  messages: Message[];
}

/** The marks of a transcript: of each turn that failed, was stopped or interrupted, and is still part of it. */
export function turnMarks({ turns, transitions, messages }: History): TurnMark[] {
  const rewinds = transitions.filter(({ event }) => event === "REWIND").map(({ at }) => at);
  return turns.flatMap((ended) => {
    const { turn, outcome, stopReason, error, attempts } = ended;
    if (outcome !== "failed" && outcome !== "stopped" && outcome !== "interrupted") return [];
    if (rewinds.some((at) => isDropped(ended, at, messages))) return [];
    return [{ turn, outcome, attempts, ...(stopReason && { stopReason }), ...(error && { error }) }];
  });
}

/** Whether a rewind took a turn out of the transcript: unless a message behind the turn was there before, and still is. */
const isDropped = ({ turn, endedAt = 0 }: Turn, rewoundAt: number, messages: Message[]): boolean =>
  endedAt < rewoundAt &&
  !messages.some(({ metadata }) => metadata!.turn > turn && (metadata!.createdAt ?? Infinity) < rewoundAt);

/** The marks by the index of the message that they follow: the last one of their turn, or before it. */
export function marksByMessage(marks: TurnMark[], messages: Message[]): Map<number, TurnMark[]> {
  const placed = new Map<number, TurnMark[]>();
  for (const mark of marks.toSorted((a, b) => a.turn - b.turn)) {
    const index = messages.findLastIndex(({ metadata }) => metadata!.turn <= mark.turn);
    if (index >= 0) placed.set(index, [...(placed.get(index) ?? []), mark]);
  }
  return placed;
}
