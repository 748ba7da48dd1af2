import type { ThreadDoc } from "convex-durable-agents/react";
import type { Message } from "./message";
import { isToolPart } from "./toolParts";
import type { TurnMark } from "./turnMarks";
import { TurnMarkView } from "./TurnMarkView";

interface LastTurnProps {
  thread: ThreadDoc;
  messages: Message[];
  mark: TurnMark | undefined;
  onRegenerate: () => void;
  onResume: () => void;
}

/**
 * How the last turn ended if it did not come to its end, and a way on. An answer that was only words is written again, in
 * place of what there is of it; one that used tools goes on behind them, since a tool may have had its effect.
 */
export function LastTurn({ thread, messages, mark, onRegenerate, onResume }: LastTurnProps) {
  const { status, turn, error, stopReason } = thread;
  if (status !== "failed" && status !== "stopped") return null;
  const last = messages.findLast(({ metadata }) => !metadata?.queued);
  const isAnswer = last?.role === "assistant" && last.metadata?.turn === turn;
  const mayReplace =
    isAnswer && !last.parts.some(isToolPart) && !messages.some(({ metadata }) => metadata?.queued);
  const shown = mark ?? {
    turn,
    outcome: status,
    attempts: 1,
    ...(stopReason && { stopReason }),
    ...(error && { error }),
  };
  return (
    <TurnMarkView mark={shown} role={status === "failed" ? "alert" : "status"}>
      <button type="button" onClick={mayReplace ? onRegenerate : onResume}>
        {isAnswer && !mayReplace ? "Continue" : "Try again"}
      </button>
    </TurnMarkView>
  );
}
