import { and } from "xstate";
import { turnTime } from "./budgets.js";
import { initialThreadContext, type ThreadContext } from "./context.js";
import { endedTurn } from "./endedTurn.js";
import type { TimedThreadEvent } from "./events.js";
import { threadRules } from "./threadRules.js";

type Event<T> = Extract<TimedThreadEvent, { type: T }>;
type Now = { context: ThreadContext; event: TimedThreadEvent };
const ofGeneration = ({ context: { generation } }: Now) => ({ generation });
const ofOwner = ({ context: { generation, lease } }: Now) => ({ generation, lease });
const ofTurn = ({ context }: Now) => ({ turn: context.turn, time: turnTime(context) });
const keepingWhatWasShown = ({ context: { generation } }: Now) => ({ generation, keep: true });
const discardingIt = ({ context: { generation } }: Now) => ({ generation, keep: false });
const whatGoes = ({ context: { turn, revision }, event }: Now) => ({
  from: (event as Event<"REWIND">).from,
  turn,
  revision,
});
const whatComes = ({ context: { revision }, event }: Now) => ({
  source: (event as Event<"FORK">).source,
  upTo: (event as Event<"FORK">).upTo,
  revision,
});

/** What ends a turn before its time. */
const CUT_OFF = [
  { type: "abortStream", params: keepingWhatWasShown },
  { type: "cancelTools", params: ofGeneration },
  "cancelTimers",
] as const;

/** What every settled state takes, since nothing runs that could be in the way. */
const SETTLED = {
  SEND: "begin",
  STEER: "begin",
  INTERRUPT: "begin",
  RESUME: "begin",
  APPEND: { actions: "passTurn" },
  REWIND: "#thread.preparing.truncating",
  DELETE: "deleting",
} as const;

/**
 * The life of a thread. Settled states wait for a user; each other state waits for something that is certain to
 * come: in `running` the host owns a deadline for it, elsewhere it is the end of work that the database does by itself.
 */
export const threadMachine = threadRules.createMachine({
  id: "thread",
  context: initialThreadContext,
  initial: "idle",
  states: {
    idle: {
      on: { ...SETTLED, FORK: "preparing.copying" },
    },
    completed: {
      entry: "settle",
      on: SETTLED,
    },
    failed: {
      entry: "settle",
      on: SETTLED,
    },
    stopped: {
      entry: ["settle", "clearError"],
      on: { ...SETTLED, RESUME: { target: "begin", actions: "renewBudget" } },
    },
    begin: {
      entry: ["setLimits", "beginTurn", "beginStep"],
      always: [
        { guard: "budgetLeft", target: "running" },
        { target: "stopped", actions: ["stoppedByBudget", "cancelTimers"] },
      ],
    },
    running: {
      initial: "queued",
      entry: { type: "armTurnTimer", params: ofTurn },
      exit: ["countTime", { type: "recordTurn", params: endedTurn }],
      on: {
        SEND: { actions: "queueMessage" },
        STEER: { actions: "steerMessage" },
        WITHDRAW: { guard: "isThere", actions: "withdrawMessage" },
        INTERRUPT: {
          target: "begin",
          actions: CUT_OFF,
        },
        TIME_UP: [
          {
            guard: and(["currentTurn", "messageWaits"]),
            target: "begin",
            actions: CUT_OFF,
          },
          {
            guard: "currentTurn",
            target: "stopped",
            actions: ["stoppedByClock", ...CUT_OFF],
          },
        ],
        REWIND: {
          target: "preparing.truncating",
          actions: [
            { type: "abortStream", params: discardingIt },
            { type: "cancelTools", params: ofGeneration },
            "cancelTimers",
          ],
        },
        STOP: {
          target: "stopped",
          actions: ["stoppedByUser", ...CUT_OFF],
        },
        DELETE: "deleting",
      },
      states: {
        queued: {
          entry: [
            "nextGeneration",
            { type: "enqueueStream", params: ofGeneration },
            { type: "armWatchdog", params: ofOwner },
          ],
          on: {
            STREAM_STARTED: {
              guard: "current",
              target: "streaming",
              actions: ["takeLease", "takeSteered"],
            },
            LEASE_EXPIRED: [
              {
                guard: and(["owns", "attemptsLeft"]),
                target: "queued",
                reenter: true,
                actions: "countAttempt",
              },
              { guard: and(["owns", "messageWaits"]), target: "#thread.begin" },
              { guard: "owns", target: "#thread.failed", actions: ["recordDeath", "cancelTimers"] },
            ],
          },
        },
        streaming: {
          entry: { type: "armWatchdog", params: ofOwner },
          exit: ["dropLease", "countStep"],
          on: {
            STREAM_FINISHED: [
              {
                guard: and(["owns", "hasToolCalls"]),
                target: "tools",
                actions: { type: "retireStream", params: ofGeneration },
              },
              {
                guard: and(["owns", "messageSteered", "budgetLeftAfterIt"]),
                target: "queued",
                actions: [{ type: "retireStream", params: ofGeneration }, "beginStep"],
              },
              {
                guard: and(["owns", "messageWaits"]),
                target: "#thread.begin",
                actions: { type: "retireStream", params: ofGeneration },
              },
              {
                guard: "owns",
                target: "#thread.completed",
                actions: [{ type: "retireStream", params: ofGeneration }, "cancelTimers"],
              },
            ],
            STREAM_FAILED: [
              {
                guard: and(["owns", "isRetryable", "attemptsLeft"]),
                target: "backoff",
                actions: [
                  "recordError",
                  { type: "abortStream", params: discardingIt },
                  {
                    type: "scheduleRetry",
                    params: ({ context, event }) => ({
                      generation: context.generation,
                      attempt: context.attempt,
                      retryAfterMs: event.retryAfterMs,
                    }),
                  },
                ],
              },
              {
                guard: and(["owns", "messageWaits"]),
                target: "#thread.begin",
                actions: { type: "abortStream", params: keepingWhatWasShown },
              },
              {
                guard: "owns",
                target: "#thread.failed",
                actions: [
                  "recordError",
                  { type: "abortStream", params: keepingWhatWasShown },
                  "cancelTimers",
                ],
              },
            ],
            LEASE_EXPIRED: [
              {
                guard: and(["owns", "attemptsLeft"]),
                target: "queued",
                actions: ["countAttempt", { type: "abortStream", params: discardingIt }],
              },
              {
                guard: and(["owns", "messageWaits"]),
                target: "#thread.begin",
                actions: { type: "abortStream", params: keepingWhatWasShown },
              },
              {
                guard: "owns",
                target: "#thread.failed",
                actions: [
                  "recordDeath",
                  { type: "abortStream", params: keepingWhatWasShown },
                  "cancelTimers",
                ],
              },
            ],
          },
        },
        backoff: {
          on: {
            RETRY_DUE: { guard: "current", target: "queued", actions: "countAttempt" },
          },
        },
        tools: {
          entry: { type: "startTools", params: ofGeneration },
          on: {
            TOOLS_SETTLED: [
              { guard: and(["current", "budgetLeft"]), target: "queued", actions: "beginStep" },
              { guard: and(["current", "messageWaits"]), target: "#thread.begin" },
              { guard: "current", target: "#thread.stopped", actions: ["stoppedByBudget", "cancelTimers"] },
            ],
          },
        },
      },
    },
    preparing: {
      initial: "truncating",
      on: {
        SEND: { actions: "queueMessage" },
        STEER: { actions: "queueMessage" },
        INTERRUPT: { actions: "queueMessage" },
        WITHDRAW: { guard: "isThere", actions: "withdrawMessage" },
        DELETE: "deleting",
      },
      states: {
        truncating: {
          entry: [
            "setLimits",
            "passTurn",
            "nextRevision",
            "settle",
            "forget",
            { type: "truncate", params: whatGoes },
          ],
          on: {
            TRUNCATED: { guard: "currentRevision", target: "#thread.begin" },
            STOP: { target: "stopping", actions: "leaveMessages" },
          },
        },
        copying: {
          entry: ["setLimits", "takeSourceTurn", "nextRevision", { type: "copyHistory", params: whatComes }],
          on: {
            COPIED: [
              { guard: and(["currentRevision", "messageWaits"]), target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.idle" },
            ],
            STOP: { target: "stopping", actions: "leaveMessages" },
          },
        },
        stopping: {
          on: {
            TRUNCATED: [
              { guard: and(["currentRevision", "messageWaits"]), target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.stopped", actions: "stoppedByUser" },
            ],
            COPIED: [
              { guard: and(["currentRevision", "messageWaits"]), target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.stopped", actions: "stoppedByUser" },
            ],
          },
        },
      },
    },
    deleting: {
      entry: [
        { type: "abortStream", params: discardingIt },
        { type: "cancelTools", params: ofGeneration },
        "cancelTimers",
        "settle",
        "forget",
        "purge",
      ],
      on: { PURGED: "deleted" },
    },
    deleted: { type: "final", entry: "dropThread" },
  },
});
