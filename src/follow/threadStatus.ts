import type { ThreadDoc, ThreadStatus } from "../types.js";

/** A thread's status, and the same as flags; all of them are false as long as there is no thread. */
export interface ThreadStatusFlags {
  /** `completed` as long as there is no thread. */
  status: ThreadStatus;
  /** A turn is running: the model answers, or tools do their work. */
  isRunning: boolean;
  isComplete: boolean;
  isFailed: boolean;
  isStopped: boolean;
}

export function statusFlags(thread: ThreadDoc | null | undefined): ThreadStatusFlags {
  const status = thread?.status;
  return {
    status: status ?? "completed",
    isRunning: status === "streaming" || status === "awaiting_tool_results",
    isComplete: status === "completed",
    isFailed: status === "failed",
    isStopped: status === "stopped",
  };
}

/** The turn that a thread is in the middle of, or null when it is settled. */
export const runningTurn = (thread: ThreadDoc | null | undefined): number | null =>
  thread && statusFlags(thread).isRunning ? thread.turn : null;
