import type { ThreadDoc } from "convex-durable-agents/react";

const REASONS: Record<NonNullable<ThreadDoc["stopReason"]>, string> = {
  user: "You stopped this turn.",
  maxSteps: "The turn reached its limit of steps.",
  maxTurnMs: "The turn reached its limit of time.",
  maxTurnTokens: "The turn reached its limit of tokens.",
  maxThreadMs: "The thread reached its limit of time.",
  maxTurnCost: "The turn reached its limit of cost.",
  maxThreadCost: "The thread reached its limit of cost.",
  maxThreadTokens: "The thread reached its limit of tokens.",
};

/** What became of a turn that did not come to its end, and what to do about it. */
export function ThreadNotice({ thread, onResume }: { thread: ThreadDoc; onResume: () => void }) {
  const { status, stopReason, error } = thread;
  if (status === "failed")
    return (
      <div className="notice" data-kind="failed" role="alert">
        <p>
          <strong>The turn failed.</strong> {error?.message}
        </p>
        {error && <code>{error.code}</code>}
        <button type="button" onClick={onResume}>
          Retry
        </button>
      </div>
    );
  if (status === "stopped")
    return (
      <div className="notice" data-kind="stopped" role="status">
        <p>{REASONS[stopReason ?? "user"]}</p>
        <button type="button" onClick={onResume}>
          Resume
        </button>
      </div>
    );
  return null;
}
