/**
 * What each event of a thread says in two or three words, on the arrows between its public statuses. Events with the same words
 * are one line there.
 */
export const EVENT_WORDS: Record<string, string> = {
  SEND: "message sent",
  STEER: "message sent",
  INTERRUPT: "message sent",
  RESUME: "resumed",
  REWIND: "history edited",
  FORK: "forked",
  TRUNCATED: "history ready",
  COPIED: "history ready",
  STREAM_FINISHED: "model finished",
  STREAM_FAILED: "model failed",
  LEASE_EXPIRED: "handler died",
  ENQUEUE_FAILED: "handler missing",
  GIVE_UP: "gave up",
  TOOLS_SETTLED: "tools done",
  STREAM_CONTINUED: "tools done",
  STOP: "stopped",
  TIME_UP: "time is up",
};

/** The words for a turn that may not begin, or go on, since a limit is reached. */
export const NO_BUDGET = "limit reached";
