import type { ReactNode } from "react";
import type { TurnMark } from "./turnMarks";

const STOPPED: Record<NonNullable<TurnMark["stopReason"]>, string> = {
  user: "You stopped this turn.",
  maxSteps: "The turn reached its limit of steps.",
  maxTurnMs: "The turn reached its limit of time.",
  maxTurnTokens: "The turn reached its limit of tokens.",
  maxThreadMs: "The thread reached its limit of time.",
  maxTurnCost: "The turn reached its limit of cost.",
  maxThreadTokens: "The thread reached its limit of tokens.",
  maxThreadCost: "The thread reached its limit of cost.",
};

/** Says in the transcript how a turn ended that did not come to its end, and what can be done about the last one. */
export function TurnMarkView({
  mark,
  role,
  children,
}: {
  mark: TurnMark;
  role?: string;
  children?: ReactNode;
}) {
  const { outcome, error, attempts, stopReason = "user" } = mark;
  return (
    <div className="notice" data-kind={outcome} role={role ?? "note"}>
      {outcome === "failed" ? (
        <p>
          <strong>The turn failed{attempts > 1 && ` after ${attempts} attempts`}.</strong> {error?.message}
        </p>
      ) : (
        <p>{outcome === "interrupted" ? "You interrupted this turn." : STOPPED[stopReason]}</p>
      )}
      {error && <code>{error.code}</code>}
      {children}
    </div>
  );
}
