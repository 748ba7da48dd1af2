import type { ThreadStatus } from "convex-durable-agents/react";

const LABELS: Record<ThreadStatus, string> = {
  streaming: "Streaming",
  awaiting_tool_results: "Awaiting tools",
  completed: "Completed",
  failed: "Failed",
  stopped: "Stopped",
};

export function StatusBadge({ status }: { status: ThreadStatus }) {
  return (
    <span className="status" data-status={status}>
      {LABELS[status]}
    </span>
  );
}
