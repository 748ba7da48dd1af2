import type { ThreadDoc, ThreadStatus } from "../types.js";

/** A thread's status, and the same as flags. Without a thread, all flags are false. */
export interface ThreadStatusFlags {
  /** `completed` if there is no thread. */
  status: ThreadStatus;
  /** A turn is running: the model answers, or tools run. */
  isRunning: boolean;
  isComplete: boolean;
  isFailed: boolean;
  isStopped: boolean;
}

/** Returns a thread's status with its flags. */
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

/** Returns the number of a thread's running turn. Null if it is settled. */
export const runningTurn = (thread: ThreadDoc | null | undefined): number | null =>
  thread && statusFlags(thread).isRunning ? thread.turn : null;
