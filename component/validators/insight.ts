import { v, type Infer } from "convex/values";
import { vFailure, vStopReason, vStoredThread, vThreadStatus, vTokens, vTurnOutcome } from "./machine.js";

/** A change of a thread's status, as the app's mutation receives it. */
export const vStatusChange = v.object({
  threadId: v.string(),
  from: vThreadStatus,
  to: vThreadStatus,
  /** The turn that it is in now, or was in last, from 1. */
  turn: v.number(),
  /** Why it is stopped, if it is. */
  stopReason: v.optional(vStopReason),
  /** What it failed with, if it failed. */
  error: v.optional(vFailure),
});
/** A change of a thread's status: the arguments of the `onStatusChange` mutation. */
export type StatusChange = Infer<typeof vStatusChange>;

/** What an event brought that the thread's state does not say. */
const vEventDetails = v.object({
  toolCalls: v.optional(v.number()),
  tokens: v.optional(vTokens.partial()),
  cost: v.optional(v.number()),
  error: v.optional(vFailure),
  retryable: v.optional(v.boolean()),
  retryAfterMs: v.optional(v.number()),
  budget: v.optional(v.union(v.literal("maxTurnMs"), v.literal("maxThreadMs"))),
  turn: v.optional(v.number()),
  step: v.optional(v.number()),
});

/** One accepted event of a thread, and the states before and after it as paths, such as `running.streaming`. */
export const vTransition = v.object({
  /** The transition's number in its thread, from 1. */
  seq: v.number(),
  event: v.string(),
  from: v.string(),
  to: v.string(),
  /** The generation of streams after it. */
  generation: v.number(),
  /** When it was, in milliseconds since the epoch. */
  at: v.number(),
  /** Who sent the message that came with the event, where the app says so. */
  sender: v.optional(v.string()),
  details: v.optional(vEventDetails),
  /** The state after it, on entries that say more than their event: the first, and those that begin a turn. */
  snapshot: v.optional(vStoredThread),
});
/** One accepted event of a thread, with the states before and after it. */
export type Transition = Infer<typeof vTransition>;

/** A transition as it is stored: with the names of states, and its details as fields of its own. */
export const vStoredTransition = v.object({
  ...vTransition.omit("details").fields,
  ...vEventDetails.fields,
});

export const vTransitionPage = v.object({
  /** Newest first. */
  transitions: v.array(vTransition),
  /** Where older ones begin, or null when there are none. */
  cursor: v.union(v.number(), v.null()),
});

/** A turn, ended or running. Times are in milliseconds since the epoch. */
export const vTurn = v.object({
  turn: v.number(),
  steps: v.number(),
  tokens: vTokens,
  /** What it has cost, in the unit of the app's prices; 0 where the app has none. */
  cost: v.number(),
  /** Who sent the message that began it, where that is not the thread's owner. Absent while it runs. */
  sender: v.optional(v.string()),
  startedAt: v.number(),
  /** Absent while it runs, as is its outcome. */
  endedAt: v.optional(v.number()),
  outcome: v.optional(vTurnOutcome),
  /** Why it was stopped, if it was. */
  stopReason: v.optional(vStopReason),
  /** Why it failed, if it did. */
  error: v.optional(vFailure),
  /** How often its last step was tried. */
  attempts: v.number(),
});
/** A turn, ended or running: its outcome, steps, tokens, cost and times. */
export type Turn = Infer<typeof vTurn>;

export const vTurnPage = v.object({
  /** Newest first. */
  turns: v.array(vTurn),
  /** Where older ones begin, or null when there are none. */
  cursor: v.union(v.number(), v.null()),
});

export const vThreadUsage = v.object({
  /** The turn that was asked for, or the last one; null where there is none. */
  turn: v.union(vTurn, v.null()),
  /** All turns together, the running one included. */
  thread: v.object({ tokens: vTokens, cost: v.number() }),
});
/** The tokens that a thread has used in all and in one turn, and what they cost. */
export type ThreadUsage = Infer<typeof vThreadUsage>;

const vLimit = v.union(
  v.literal("maxSteps"),
  v.literal("maxTurnTokens"),
  v.literal("maxTurnCost"),
  v.literal("maxTurnMs"),
  v.literal("maxThreadTokens"),
  v.literal("maxThreadCost"),
  v.literal("maxThreadMs"),
);

/** A tool call without an outcome. */
const vPendingCall = v.object({
  toolCallId: v.string(),
  toolName: v.string(),
  /** What it waits for, such as `executing` or `awaitingApproval`. */
  state: v.string(),
  attempt: v.number(),
  maxAttempts: v.number(),
  /** Where it needs an approval, whether it has it. */
  approval: v.optional(v.union(v.literal("requested"), v.literal("approved"))),
  /** When its time is over, in milliseconds since the epoch, where it has a deadline. */
  deadlineAt: v.optional(v.number()),
});
/** A tool call without an outcome, and what it waits for. */
export type PendingCall = Infer<typeof vPendingCall>;

/** What is scheduled for a thread, in milliseconds since the epoch. */
const vDue = v.object({
  /** The next look at whether the stream handler, or a tool's executor, is still alive. */
  watchdog: v.optional(v.number()),
  /** The next attempt at the step. */
  retry: v.optional(v.number()),
  /** The end of the turn's time. */
  turnTimer: v.optional(v.number()),
  /** The earliest deadline of the pending tool calls. */
  toolDeadline: v.optional(v.number()),
});
export type Due = Infer<typeof vDue>;

/** Where a thread is, what it waits for, and how it got there. Times are in milliseconds since the epoch. */
export const vExplanation = v.object({
  /** When this was read. */
  at: v.number(),
  status: vThreadStatus,
  /** The state's path in the machine, such as `running.streaming`. */
  state: v.string(),
  /** What has to happen for the thread to move on by itself; null when it waits for its user. */
  waitsFor: v.union(v.string(), v.null()),
  /** When it moves on, or is looked after, at the latest; null when nothing is scheduled. */
  waitsUntil: v.union(v.number(), v.null()),
  due: vDue,
  /** The tool calls that it waits for. */
  pendingCalls: v.object({
    /** The first 20 of them. */
    calls: v.array(vPendingCall),
    count: v.number(),
    /** Whether there are more than were counted. */
    more: v.boolean(),
  }),
  /** The events that would be accepted now, if they come from the right generation and lease holder. */
  events: v.array(v.string()),
  generation: v.number(),
  turn: v.number(),
  /** Model calls that the turn has completed. */
  steps: v.number(),
  attempt: v.number(),
  maxAttempts: v.number(),
  /** User messages that wait for the next turn, and for the next step. */
  queued: v.number(),
  steered: v.number(),
  /** Why it is stopped, if it is, and the limit that was reached if there was one. */
  stopped: v.optional(v.object({ reason: vStopReason, limit: v.optional(v.number()) })),
  /** What the last attempt failed with, if it failed. */
  error: v.optional(vFailure),
  /** How much of each limit is used; what has no limit is left out. Times are in milliseconds. */
  limits: v.array(v.object({ limit: vLimit, max: v.number(), used: v.number(), left: v.number() })),
  /** The last five transitions, newest first; none where there is no log. */
  transitions: v.array(vTransition),
});
/** Where a thread is, what it waits for, and how it got there. */
export type Explanation = Infer<typeof vExplanation>;
