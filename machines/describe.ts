import type { ThreadEvent } from "./events.js";
import type { ThreadSnapshot } from "./snapshot.js";
import { statePath, threadStatus, type StoredThreadStatus } from "./status.js";

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
  "preparing.truncating": "what was taken out of its history to be deleted",
  "preparing.copying": "its history to be copied",
  "preparing.stopping": "its history to be ready",
  deleting: "its messages to be deleted",
};

type EventTypes = ThreadEvent["type"][];
const MESSAGES: EventTypes = ["SEND", "STEER", "INTERRUPT"];
const IDLE_EVENTS: EventTypes = [...MESSAGES, "RESUME", "APPEND", "REWIND", "FORK", "DELETE"];
const SETTLED_EVENTS: EventTypes = IDLE_EVENTS.filter((type) => type !== "FORK");
const RUNNING_EVENTS: EventTypes = [...MESSAGES, "WITHDRAW", "REWIND", "TIME_UP", "STOP", "DELETE"];
const PREPARING_EVENTS: EventTypes = [...MESSAGES, "WITHDRAW", "DELETE"];
const EVENTS: Record<string, EventTypes> = {
  idle: IDLE_EVENTS,
  "running.queued": [...RUNNING_EVENTS, "STREAM_STARTED", "LEASE_EXPIRED"],
  "running.streaming": [...RUNNING_EVENTS, "STREAM_FINISHED", "STREAM_FAILED", "LEASE_EXPIRED"],
  "running.backoff": [...RUNNING_EVENTS, "RETRY_DUE"],
  "running.tools": [...RUNNING_EVENTS, "TOOLS_SETTLED"],
  "preparing.truncating": [...PREPARING_EVENTS, "TRUNCATED", "STOP"],
  "preparing.copying": [...PREPARING_EVENTS, "COPIED", "STOP"],
  "preparing.stopping": [...PREPARING_EVENTS, "TRUNCATED", "COPIED"],
  deleting: ["PURGED"],
  deleted: [],
};

/** Says where a thread is, what it waits for and what it would accept. Needs no XState, so queries may call it. */
export function describe(snapshot: ThreadSnapshot): ThreadDescription {
  const { queued, steered } = snapshot.context;
  const state = statePath(snapshot);
  const accepted = EVENTS[state] ?? SETTLED_EVENTS;
  const hasWaiting = queued + steered > 0;
  return {
    status: threadStatus(snapshot),
    state,
    waitsFor: WAITS_FOR[state] ?? null,
    events: hasWaiting ? accepted : accepted.filter((type) => type !== "WITHDRAW"),
  };
}
