import { and, assign, setup } from "xstate";
import type { Failure } from "../failure.js";
import { DEFAULT_TURN_LIMITS, elapsedMs, renewed, spentBudget, stepSpent } from "./budgets.js";
import { currentCall, initialThreadContext, type ThreadContext } from "./context.js";
import type { ThreadChartParams } from "./effects.js";
import type { TimedThreadEvent } from "./events.js";
import { NO_TOKENS } from "./tokens.js";

const HANDLER_DIED: Failure = {
  code: "handler_died",
  message: "The stream handler stopped responding, on its last attempt too.",
};

/** An effect: the machine itself does nothing; `step` hands it to the host. */
const effect =
  <T extends keyof ThreadChartParams>() =>
  (_: unknown, _params: ThreadChartParams[T]) => {};
const plainEffect = () => {};

/**
 * The life of a thread. A settled thread waits for its user. Each other state waits for something that the host makes
 * sure of: in `running` it owns a deadline, elsewhere it works through rows of the database in batches.
 *
 * Names in camel case are effects, assignments and guards of `setup`. `begin`, `stepDone`, `stepFailed`, `handedBack` and
 * `toolsDone` are transient: the machine passes through them within one event.
 */
export const threadMachine = setup({
  types: { context: {} as ThreadContext, events: {} as TimedThreadEvent },
  actions: {
    placeMessage: effect<"placeMessage">(),
    removeMessage: plainEffect,
    enqueueStream: plainEffect,
    armWatchdog: plainEffect,
    scheduleRetry: plainEffect,
    startTools: plainEffect,
    continueStream: plainEffect,
    retireStream: plainEffect,
    abortStream: effect<"abortStream">(),
    cancelTools: plainEffect,
    cancelTimers: plainEffect,
    armTurnTimer: plainEffect,
    recordTurn: effect<"recordTurn">(),
    truncate: plainEffect,
    copyHistory: plainEffect,
    purge: plainEffect,
    dropThread: plainEffect,

    setLimits: assign(({ event }) =>
      "limits" in event && event.limits ? { ...DEFAULT_TURN_LIMITS, ...event.limits } : {},
    ),
    passTurn: assign(({ context }) => ({ turn: context.turn + 1 })),
    beginTurn: assign(({ context, event }) => ({
      turn: context.turn + 1,
      startedAt: event.at,
      steps: 0,
      calls: 0,
      tokens: NO_TOKENS,
      cost: 0,
      queued: 0,
      steered: 0,
      stopReason: null,
      error: null,
    })),
    countTime: assign(({ context, event }) =>
      context.maxThreadMs === null ? {} : { threadMs: context.threadMs + elapsedMs(context, event.at) },
    ),
    renewBudget: assign(({ context }) => renewed(context)),
    beginStep: assign({ attempt: 1 }),
    nextGeneration: assign(({ context }) => ({ generation: context.generation + 1, error: null })),
    nextRevision: assign(({ context }) => ({ revision: context.revision + 1 })),
    takeLease: assign(({ event }) => (event.type === "STREAM_STARTED" ? { lease: event.lease } : {})),
    dropLease: assign({ lease: null }),
    countStep: assign(({ context, event }) => stepSpent(context, event)),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    beginCall: assign(({ context }) => ({ calls: context.calls + 1 })),
    queueMessage: assign(({ context }) => ({ queued: context.queued + 1 })),
    steerMessage: assign(({ context }) => ({ steered: context.steered + 1 })),
    withdrawQueued: assign(({ context }) => ({ queued: context.queued - 1 })),
    withdrawSteered: assign(({ context }) => ({ steered: context.steered - 1 })),
    takeSteered: assign({ steered: 0 }),
    takeSourceTurn: assign(({ event }) => (event.type === "FORK" ? { turn: event.turn } : {})),
    settle: assign({ queued: 0, steered: 0, attempt: 1 }),
    leaveMessages: assign({ queued: 0 }),
    clearError: assign({ error: null }),
    forget: assign({ error: null, stopReason: null, steps: 0, calls: 0, tokens: NO_TOKENS, cost: 0 }),
    recordError: assign(({ event }) => ("error" in event ? { error: event.error } : {})),
    recordDeath: assign({ error: HANDLER_DIED }),
    stoppedByUser: assign({ stopReason: "user" }),
    stoppedByBudget: assign(({ context }) => ({ stopReason: spentBudget(context) })),
    stoppedByClock: assign(({ event }) => (event.type === "TIME_UP" ? { stopReason: event.budget } : {})),
  },
  guards: {
    current: ({ context, event }) => "generation" in event && event.generation === context.generation,
    currentTurn: ({ context, event }) => event.type === "TIME_UP" && event.turn === context.turn,
    currentRevision: ({ context, event }) => "revision" in event && event.revision === context.revision,
    holdsLease: ({ context, event }) =>
      "lease" in event && event.generation === context.generation && event.lease === context.lease,
    hasToolCalls: ({ event }) => event.type === "STREAM_FINISHED" && event.toolCalls > 0,
    isRetryable: ({ event }) => event.type === "STREAM_FAILED" && event.retryable,
    attemptsLeft: ({ context }) => context.attempt < context.maxAttempts,
    budgetLeft: ({ context }) => spentBudget(context) === null,
    messageWaits: ({ context }) => context.queued + context.steered > 0,
    messageSteered: ({ context }) => context.steered > 0,
    isOfLaterTurn: ({ context, event }) => event.type === "WITHDRAW" && event.turn > context.turn,
    isAfterCall: ({ context, event }) =>
      event.type === "WITHDRAW" && event.turn === context.turn && event.step > currentCall(context).step,
    messageQueued: ({ context }) => context.queued > 0,

    currentMayTryAgain: and(["current", "attemptsLeft"]),
    holderMayTryAgain: and(["holdsLease", "attemptsLeft"]),
    failureMayBeRetried: and(["holdsLease", "isRetryable", "attemptsLeft"]),
    holderHasToolCalls: and(["holdsLease", "hasToolCalls"]),
    mayTakeSteered: and(["messageSteered", "budgetLeft"]),
    currentTurnAndMessageWaits: and(["currentTurn", "messageWaits"]),
    currentRevisionAndMessageWaits: and(["currentRevision", "messageWaits"]),
    isQueued: and(["isOfLaterTurn", "messageQueued"]),
    isSteered: and(["isAfterCall", "messageSteered"]),
  },
}).createMachine({
  id: "thread",
  context: initialThreadContext,
  initial: "settled",
  states: {
    settled: {
      description: "Nothing runs: the thread waits for its user.",
      initial: "idle",
      entry: "settle",
      on: {
        SEND: { target: "begin", actions: { type: "placeMessage", params: { at: "nextTurn" } } },
        STEER: { target: "begin", actions: { type: "placeMessage", params: { at: "nextTurn" } } },
        INTERRUPT: { target: "begin", actions: { type: "placeMessage", params: { at: "nextTurn" } } },
        RESUME: { target: "begin", actions: { type: "placeMessage", params: { at: "nextTurn" } } },
        APPEND: { actions: ["passTurn", { type: "placeMessage", params: { at: "thisTurn" } }] },
        WITHDRAW: { guard: "isOfLaterTurn", actions: "removeMessage" },
        REWIND: "preparing.truncating",
        DELETE: "deleting",
      },
      states: {
        idle: {
          description: "No turn has run.",
          on: { FORK: "#thread.preparing.copying" },
        },
        completed: { description: "The last turn ended with an answer." },
        failed: {
          description: "The last turn ran out of attempts, or failed in a way that no attempt can help.",
        },
        stopped: {
          description: "The last turn was stopped, by its user or by a limit.",
          entry: "clearError",
          on: {
            RESUME: {
              target: "#thread.begin",
              actions: ["renewBudget", { type: "placeMessage", params: { at: "nextTurn" } }],
            },
          },
        },
      },
    },
    begin: {
      description: "A turn begins, if the thread has any budget left.",
      entry: ["setLimits", "beginTurn", "beginStep"],
      always: [
        { guard: "budgetLeft", target: "running" },
        { target: "settled.stopped", actions: ["stoppedByBudget", "cancelTimers"] },
      ],
    },
    running: {
      description: "A turn runs.",
      initial: "queued",
      entry: "armTurnTimer",
      exit: ["countTime", "dropLease"],
      on: {
        SEND: { actions: ["queueMessage", { type: "placeMessage", params: { at: "nextTurn" } }] },
        STEER: { actions: ["steerMessage", { type: "placeMessage", params: { at: "afterCall" } }] },
        WITHDRAW: [
          { guard: "isQueued", actions: ["withdrawQueued", "removeMessage"] },
          { guard: "isSteered", actions: ["withdrawSteered", "removeMessage"] },
        ],
        INTERRUPT: {
          target: "begin",
          actions: [
            { type: "recordTurn", params: { outcome: "interrupted" } },
            { type: "abortStream", params: { keep: true } },
            "cancelTools",
            "cancelTimers",
            { type: "placeMessage", params: { at: "nextTurn" } },
          ],
        },
        TIME_UP: [
          {
            guard: "currentTurnAndMessageWaits",
            target: "begin",
            actions: [
              "stoppedByClock",
              { type: "recordTurn", params: { outcome: "stopped" } },
              { type: "abortStream", params: { keep: true } },
              "cancelTools",
              "cancelTimers",
            ],
          },
          {
            guard: "currentTurn",
            target: "settled.stopped",
            actions: [
              "stoppedByClock",
              { type: "recordTurn", params: { outcome: "stopped" } },
              { type: "abortStream", params: { keep: true } },
              "cancelTools",
              "cancelTimers",
            ],
          },
        ],
        STOP: {
          target: "settled.stopped",
          actions: [
            "stoppedByUser",
            { type: "recordTurn", params: { outcome: "stopped" } },
            { type: "abortStream", params: { keep: true } },
            "cancelTools",
            "cancelTimers",
          ],
        },
        REWIND: {
          target: "preparing.truncating",
          actions: [
            { type: "recordTurn", params: { outcome: "rewound" } },
            { type: "abortStream", params: { keep: false } },
            "cancelTools",
            "cancelTimers",
          ],
        },
        GIVE_UP: {
          target: "settled.failed",
          actions: [
            "recordError",
            { type: "recordTurn", params: { outcome: "failed" } },
            { type: "abortStream", params: { keep: true } },
            "cancelTools",
          ],
        },
        DELETE: { target: "deleting", actions: { type: "recordTurn", params: { outcome: "deleted" } } },
      },
      states: {
        queued: {
          description: "The stream handler is scheduled.",
          entry: ["dropLease", "nextGeneration", "enqueueStream", "armWatchdog"],
          on: {
            STREAM_STARTED: {
              guard: "current",
              target: "streaming",
              actions: ["takeLease", "beginCall", "takeSteered"],
            },
            LEASE_EXPIRED: [
              { guard: "holderMayTryAgain", target: "queued", reenter: true, actions: "countAttempt" },
              { guard: "holdsLease", target: "stepFailed", actions: "recordDeath" },
            ],
            ENQUEUE_FAILED: [
              { guard: "currentMayTryAgain", target: "backoff", actions: ["recordError", "scheduleRetry"] },
              { guard: "current", target: "stepFailed", actions: "recordError" },
            ],
          },
        },
        streaming: {
          description: "A stream handler holds the step and calls the model.",
          entry: "armWatchdog",
          on: {
            STREAM_FINISHED: [
              {
                guard: "holderHasToolCalls",
                target: "tools",
                actions: ["countStep", { type: "placeMessage", params: { at: "call" } }, "retireStream"],
              },
              {
                guard: "holdsLease",
                target: "stepDone",
                actions: ["countStep", { type: "placeMessage", params: { at: "call" } }, "retireStream"],
              },
            ],
            STREAM_FAILED: [
              {
                guard: "failureMayBeRetried",
                target: "backoff",
                actions: ["recordError", { type: "abortStream", params: { keep: false } }, "scheduleRetry"],
              },
              {
                guard: "holdsLease",
                target: "stepFailed",
                actions: ["recordError", { type: "abortStream", params: { keep: true } }],
              },
            ],
            LEASE_EXPIRED: [
              {
                guard: "holderMayTryAgain",
                target: "queued",
                actions: ["countAttempt", { type: "abortStream", params: { keep: false } }],
              },
              {
                guard: "holdsLease",
                target: "stepFailed",
                actions: ["recordDeath", { type: "abortStream", params: { keep: true } }],
              },
            ],
          },
        },
        backoff: {
          description: "The step failed and is tried again after a wait.",
          entry: "dropLease",
          on: {
            RETRY_DUE: { guard: "current", target: "queued", actions: "countAttempt" },
          },
        },
        tools: {
          description:
            "The step's tool calls run, or wait for people. The stream handler may run some of them itself.",
          entry: "startTools",
          on: {
            TOOLS_SETTLED: { guard: "current", target: "toolsDone" },
            STREAM_CONTINUED: { guard: "holdsLease", target: "handedBack" },
          },
        },
        stepDone: {
          description: "The model has answered without calling tools.",
          always: [
            { guard: "mayTakeSteered", target: "queued", actions: "beginStep" },
            {
              guard: "messageWaits",
              target: "#thread.begin",
              actions: { type: "recordTurn", params: { outcome: "completed" } },
            },
            {
              target: "#thread.settled.completed",
              actions: [{ type: "recordTurn", params: { outcome: "completed" } }, "cancelTimers"],
            },
          ],
        },
        stepFailed: {
          description: "The step failed for good.",
          always: [
            {
              guard: "messageWaits",
              target: "#thread.begin",
              actions: { type: "recordTurn", params: { outcome: "failed" } },
            },
            {
              target: "#thread.settled.failed",
              actions: [{ type: "recordTurn", params: { outcome: "failed" } }, "cancelTimers"],
            },
          ],
        },
        handedBack: {
          description: "Every tool call has an outcome, and the step's handler can go on with the next step.",
          always: [
            {
              guard: "budgetLeft",
              target: "streaming",
              actions: ["beginStep", "nextGeneration", "beginCall", "takeSteered", "continueStream"],
            },
            { target: "toolsDone" },
          ],
        },
        toolsDone: {
          description: "Every tool call of the step has an outcome.",
          always: [
            { guard: "budgetLeft", target: "queued", actions: "beginStep" },
            {
              guard: "messageWaits",
              target: "#thread.begin",
              actions: ["stoppedByBudget", { type: "recordTurn", params: { outcome: "stopped" } }],
            },
            {
              target: "#thread.settled.stopped",
              actions: [
                "stoppedByBudget",
                { type: "recordTurn", params: { outcome: "stopped" } },
                "cancelTimers",
              ],
            },
          ],
        },
      },
    },
    preparing: {
      description:
        "The thread's history is cut back or copied, in batches; a turn may begin when that is done.",
      initial: "truncating",
      entry: "armWatchdog",
      on: {
        SEND: { actions: ["queueMessage", { type: "placeMessage", params: { at: "nextTurn" } }] },
        STEER: { actions: ["queueMessage", { type: "placeMessage", params: { at: "nextTurn" } }] },
        INTERRUPT: { actions: ["queueMessage", { type: "placeMessage", params: { at: "nextTurn" } }] },
        WITHDRAW: { guard: "isQueued", actions: ["withdrawQueued", "removeMessage"] },
        GIVE_UP: { target: "settled.failed", actions: "recordError" },
        DELETE: "deleting",
      },
      states: {
        truncating: {
          description: "Messages are deleted; a turn begins afterwards.",
          entry: [
            "setLimits",
            "passTurn",
            "nextRevision",
            "settle",
            "forget",
            { type: "placeMessage", params: { at: "nextTurn" } },
            "truncate",
          ],
          on: {
            TRUNCATED: { guard: "currentRevision", target: "#thread.begin" },
            STOP: { target: "stopping", actions: "leaveMessages" },
          },
        },
        copying: {
          description: "Messages of another thread are copied.",
          entry: ["setLimits", "takeSourceTurn", "nextRevision", "copyHistory"],
          on: {
            COPIED: [
              { guard: "currentRevisionAndMessageWaits", target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.settled.idle" },
            ],
            STOP: { target: "stopping", actions: "leaveMessages" },
          },
        },
        stopping: {
          description: "The user stopped the thread; the batches that were begun are finished.",
          on: {
            TRUNCATED: [
              { guard: "currentRevisionAndMessageWaits", target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.settled.stopped", actions: "stoppedByUser" },
            ],
            COPIED: [
              { guard: "currentRevisionAndMessageWaits", target: "#thread.begin" },
              { guard: "currentRevision", target: "#thread.settled.stopped", actions: "stoppedByUser" },
            ],
          },
        },
      },
    },
    deleting: {
      description: "All that the thread owns is deleted, in batches.",
      entry: [
        { type: "abortStream", params: { keep: false } },
        "cancelTools",
        "cancelTimers",
        "settle",
        "forget",
        "purge",
      ],
      on: { PURGED: "deleted" },
    },
    deleted: { type: "final", description: "Nothing of the thread is left.", entry: "dropThread" },
  },
});
