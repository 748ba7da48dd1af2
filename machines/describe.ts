import type { ThreadSnapshot } from "./snapshot.js";
import type { ThreadEvent } from "./thread/events.js";
import {
  runningState,
  settledState,
  stateName,
  statePath,
  threadStatus,
  type StoredThreadStatus,
  type ThreadState,
} from "./thread/states.js";

/** A thread's state in words that a person or a program can act on. */
export interface ThreadDescription {
  status: StoredThreadStatus;
  /** The state's path in the machine, such as `running.streaming`. */
  state: string;
  /** What has to happen for the thread to move on by itself; null when it waits for its user. */
  waitsFor: string | null;
  /** The events that would be accepted now, if they come from the right generation and lease holder. */
  events: ThreadEvent["type"][];
}

type EventTypes = ThreadEvent["type"][];
const MESSAGES: EventTypes = ["SEND", "STEER", "INTERRUPT"];
const SETTLED: EventTypes = [...MESSAGES, "WITHDRAW", "RESUME", "APPEND", "REWIND", "DELETE"];
const RUNNING: EventTypes = [...MESSAGES, "WITHDRAW", "REWIND", "TIME_UP", "STOP", "GIVE_UP", "DELETE"];
const PREPARING: EventTypes = [...MESSAGES, "WITHDRAW", "GIVE_UP", "DELETE"];

/** What each state waits for, and which events it takes; WITHDRAW is left out where no message waits. */
const STATES: Record<ThreadState, { waitsFor?: string; events: EventTypes }> = {
  idle: { events: [...SETTLED, "FORK"] },
  completed: { events: SETTLED },
  failed: { events: SETTLED },
  stopped: { events: SETTLED },
  queued: {
    waitsFor: "the stream handler to start",
    events: [...RUNNING, "STREAM_STARTED", "LEASE_EXPIRED", "ENQUEUE_FAILED"],
  },
  streaming: {
    waitsFor: "the model's answer",
    events: [...RUNNING, "STREAM_FINISHED", "STREAM_FAILED", "LEASE_EXPIRED"],
  },
  backoff: { waitsFor: "the next attempt", events: [...RUNNING, "RETRY_DUE"] },
  tools: {
    waitsFor: "the outcomes of its tool calls",
    events: [...RUNNING, "TOOLS_SETTLED", "STREAM_CONTINUED"],
  },
  truncating: {
    waitsFor: "the messages that were taken out to be deleted",
    events: [...PREPARING, "TRUNCATED", "STOP"],
  },
  copying: { waitsFor: "its history to be copied", events: [...PREPARING, "COPIED", "STOP"] },
  stopping: { waitsFor: "its history to be ready", events: [...PREPARING, "TRUNCATED", "COPIED"] },
  deleting: { waitsFor: "its messages to be deleted", events: ["PURGED"] },
  deleted: { events: [] },
};

/** Describes where a thread is, what it waits for and what it would accept. Needs no XState, so queries may call it. */
export function describeThread(snapshot: ThreadSnapshot): ThreadDescription {
  const { queued, steered } = snapshot.context;
  const { waitsFor = null, events } = STATES[stateName(snapshot)];
  // Only the database knows whether a message still stands in a settled thread's next turn.
  const mayWait = settledState(snapshot) !== null || queued + steered > 0;
  return {
    status: threadStatus(snapshot),
    state: statePath(snapshot),
    waitsFor,
    events: mayWait ? events : events.filter((type) => type !== "WITHDRAW"),
  };
}

/** The generation and the lease with which a stream handler proves that it holds a step. */
export interface LeaseHolder {
  generation: number;
  lease: string;
}

/** Whether a stream handler still holds the step that it claimed. If not, it must write nothing and return. */
export const holdsLease = (snapshot: ThreadSnapshot, { generation, lease }: LeaseHolder): boolean =>
  runningState(snapshot) === "streaming" &&
  snapshot.context.generation === generation &&
  snapshot.context.lease === lease;

/** Whether the stream handler that committed a step may go on with the next one, as soon as all tool calls have outcomes. */
export const mayContinue = (snapshot: ThreadSnapshot, { generation, lease }: LeaseHolder): boolean =>
  awaitsTools(snapshot, generation) && snapshot.context.lease === lease;

/** Whether the thread still waits for the tool calls of a generation. If not, none of them may start. */
export const awaitsTools = (snapshot: ThreadSnapshot, generation: number): boolean =>
  runningState(snapshot) === "tools" && snapshot.context.generation === generation;
