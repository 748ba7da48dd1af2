import type { ThreadEvent } from "./events.js";
import type { ThreadSnapshot } from "./snapshot.js";
import { threadStatus, type StoredThreadStatus } from "./status.js";

/** A thread's state in words a person or a program can act on. */
export interface ThreadDescription {
  status: StoredThreadStatus;
  /** The state's path in the machine, such as `running.streaming`. */
  state: string;
  /** What has to happen for the thread to move on by itself; null when it waits for its user. */
  waitsFor: string | null;
  /** The events that would be accepted now, if they come from the right generation and owner. */
  events: ThreadEvent["type"][];
}

const WAITS_FOR: Record<string, string> = {
  "running.queued": "the stream handler to start",
  "running.streaming": "the model's answer",
  "running.backoff": "the next attempt",
  "running.tools": "the outcomes of its tool calls",
  deleting: "its messages to be deleted",
};

const SETTLED_EVENTS: ThreadEvent["type"][] = ["SEND", "RESUME", "DELETE"];
const RUNNING_EVENTS: ThreadEvent["type"][] = ["SEND", "STOP", "DELETE"];
const EVENTS: Record<string, ThreadEvent["type"][]> = {
  "running.queued": [...RUNNING_EVENTS, "STREAM_STARTED", "LEASE_EXPIRED"],
  "running.streaming": [...RUNNING_EVENTS, "STREAM_FINISHED", "STREAM_FAILED", "LEASE_EXPIRED"],
  "running.backoff": [...RUNNING_EVENTS, "RETRY_DUE"],
  "running.tools": [...RUNNING_EVENTS, "TOOLS_SETTLED"],
  deleting: ["PURGED"],
  deleted: [],
};

/** Says where a thread is, what it waits for and what it would accept. Needs no XState, so queries may call it. */
export function describe(snapshot: ThreadSnapshot): ThreadDescription {
  const { value } = snapshot;
  const state = typeof value === "string" ? value : `running.${value.running}`;
  return {
    status: threadStatus(snapshot),
    state,
    waitsFor: WAITS_FOR[state] ?? null,
    events: EVENTS[state] ?? SETTLED_EVENTS,
  };
}
