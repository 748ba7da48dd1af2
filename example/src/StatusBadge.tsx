import type { ThreadStatus } from "convex-durable-agents/react";
import type { Need } from "./chat/toolParts";

const LABELS: Record<ThreadStatus, string> = {
  streaming: "Streaming",
  awaiting_tool_results: "Running tools",
  completed: "Completed",
  failed: "Failed",
  stopped: "Stopped",
};

const NEEDS: Record<Need, string> = { answer: "Needs your answer", approval: "Needs your approval" };

/** What a thread does, or what it needs of a person. */
export function StatusBadge({ status, need }: { status: ThreadStatus; need?: Need | null | undefined }) {
  return (
    <span className="status" data-status={status} data-need={need ?? undefined}>
      {need ? NEEDS[need] : LABELS[status]}
    </span>
  );
}
