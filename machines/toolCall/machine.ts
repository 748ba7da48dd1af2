import { and, assign, setup } from "xstate";
import type { Failure } from "../failure.js";
import { initialToolCallContext, type ToolCallContext } from "./context.js";
import type { ToolCallChartParams } from "./effects.js";
import type { ToolCallEvent } from "./events.js";

const EXECUTOR_DIED: Failure = {
  code: "executor_died",
  message:
    "The action that ran this tool ended without a report. The tool may or may not have had its effect; it was not run again.",
};
const TIMED_OUT: Failure = {
  code: "timed_out",
  message:
    "This tool did not answer in time. It may have had its effect, or may still have it; it was not run again.",
};
const NOT_ANSWERED: Failure = {
  code: "timed_out",
  message: "Nobody answered this tool call in time.",
};
const NOT_APPROVED: Failure = {
  code: "not_approved",
  message: "Nobody approved this tool call in time. It was not run.",
};

const effect = () => {};

/** The life of one tool call, from the committed step that asked for it to its one outcome. */
export const toolCallMachine = setup({
  types: { context: {} as ToolCallContext, events: {} as ToolCallEvent },
  actions: {
    executeTool: effect,
    scheduleToolRetry: effect,
    armDeadline: (_: unknown, _params: ToolCallChartParams["armDeadline"]) => {},
    cancelDeadline: effect,
    cancelExecutor: effect,
    startNext: effect,
    reportSettled: effect,

    nextEpoch: assign(({ context }) => ({ epoch: context.epoch + 1 })),
    nextDeadline: assign(({ context }) => ({ deadline: context.deadline + 1 })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    recordError: assign(({ event }) => ("error" in event ? { error: event.error } : {})),
    recordDeath: assign({ error: EXECUTOR_DIED }),
    recordTimeout: assign({ error: TIMED_OUT }),
    recordNoAnswer: assign({ error: NOT_ANSWERED }),
    recordNoApproval: assign({ error: NOT_APPROVED }),
    /** Nothing is fenced any more. That a call was approved shows in its epoch. */
    dropFences: assign(({ context }) => ({ epoch: context.needsApproval ? context.epoch : 0, deadline: 0 })),
  },
  guards: {
    current: ({ context, event }) => "epoch" in event && event.epoch === context.epoch,
    currentDeadline: ({ context, event }) => "deadline" in event && event.deadline === context.deadline,
    isRetryable: ({ event }) => event.type === "HANDLER_FAILED" && event.retryable,
    attemptsLeft: ({ context }) => context.attempt < context.maxAttempts,
    mayRunAgain: ({ context }) => context.retryOnCrash,
    isSync: ({ context }) => context.kind === "sync",
    /** The outcome comes from outside. */
    isAsync: ({ context }) => context.kind !== "sync",
    isExternal: ({ context }) => context.kind === "external",
    isTimed: ({ context }) => context.timeoutMs !== null,
    needsApproval: ({ context }) => context.needsApproval,

    isAsyncAndDeadlineCurrent: and(["isAsync", "currentDeadline"]),
    isSyncAndDeadlineCurrent: and(["isSync", "currentDeadline"]),
    /** A run that its stream handler can end by itself: nobody waits for a person, and nothing has to cut it short. */
    mayBeTaken: ({ context }) =>
      context.kind === "sync" && !context.needsApproval && context.timeoutMs === null,

    currentIsTimed: and(["current", "isTimed"]),
    currentMayTryAgain: and(["current", "attemptsLeft"]),
    isCurrentAndAsync: and(["current", "isAsync"]),
    failureMayBeRetried: and(["current", "isRetryable", "attemptsLeft"]),
    mayRunAgainAfterDeath: and(["current", "mayRunAgain", "attemptsLeft"]),
    mayRunAgainAfterTimeout: and(["isSync", "currentDeadline", "mayRunAgain", "attemptsLeft"]),
  },
}).createMachine({
  id: "toolCall",
  context: initialToolCallContext,
  initial: "pending",
  states: {
    pending: {
      description: "The call has no outcome yet.",
      initial: "requested",
      exit: "cancelDeadline",
      on: {
        RESULT_GIVEN: { guard: "isAsync", target: "completed", actions: ["cancelExecutor", "reportSettled"] },
        ERROR_GIVEN: {
          guard: "isAsync",
          target: "failed",
          actions: ["recordError", "cancelExecutor", "reportSettled"],
        },
        DEADLINE_MOVED: {
          guard: "isAsync",
          actions: ["nextDeadline", { type: "armDeadline", params: { time: "given" } }],
        },
        DEADLINE_PASSED: {
          guard: "isAsyncAndDeadlineCurrent",
          target: "failed",
          actions: ["recordNoAnswer", "cancelExecutor", "reportSettled"],
        },
        CANCEL: { target: "cancelled", actions: "cancelExecutor" },
      },
      states: {
        requested: {
          description: "The call waits for a place among those of its step that run.",
          on: {
            START: [
              { guard: "needsApproval", target: "awaitingApproval", actions: "startNext" },
              {
                guard: "isExternal",
                target: "awaitingResult",
                actions: [
                  "nextEpoch",
                  "nextDeadline",
                  { type: "armDeadline", params: { time: "timeoutMs" } },
                  "startNext",
                ],
              },
              { target: "executing" },
            ],
            TAKEN: { guard: "mayBeTaken", target: "inline" },
            REJECT: { target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
          },
        },
        awaitingApproval: {
          description: "A person has to approve the call first.",
          entry: ["nextDeadline", { type: "armDeadline", params: { time: "approvalTimeoutMs" } }],
          on: {
            APPROVE: [
              {
                guard: "isExternal",
                target: "awaitingResult",
                actions: [
                  "nextEpoch",
                  "nextDeadline",
                  { type: "armDeadline", params: { time: "timeoutMs" } },
                ],
              },
              { target: "executing" },
            ],
            DENY: { target: "#toolCall.denied", actions: ["recordError", "reportSettled"] },
            DEADLINE_PASSED: {
              guard: "currentDeadline",
              target: "#toolCall.denied",
              actions: ["recordNoApproval", "reportSettled"],
            },
            RESULT_GIVEN: {},
            ERROR_GIVEN: {},
            DEADLINE_MOVED: {},
          },
        },
        inline: {
          description: "The stream handler that asked for the call runs it itself: its death is the call's.",
          entry: "nextEpoch",
          exit: "startNext",
          on: {
            HANDLER_RETURNED: { guard: "current", target: "#toolCall.completed", actions: "reportSettled" },
            NOT_BEGUN: { guard: "current", target: "backoff", actions: "scheduleToolRetry" },
            HANDLER_FAILED: [
              {
                guard: "failureMayBeRetried",
                target: "backoff",
                actions: ["scheduleToolRetry", "countAttempt"],
              },
              { guard: "current", target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
            ],
            EXECUTOR_DIED: [
              { guard: "mayRunAgainAfterDeath", target: "executing", reenter: true, actions: "countAttempt" },
              { guard: "current", target: "#toolCall.failed", actions: ["recordDeath", "reportSettled"] },
            ],
          },
        },
        executing: {
          description: "The handler is scheduled, or runs; its time counts from its beginning.",
          entry: ["nextEpoch", "executeTool", "nextDeadline", "cancelDeadline"],
          exit: "startNext",
          on: {
            RUN_BEGAN: {
              guard: "currentIsTimed",
              actions: ["nextDeadline", { type: "armDeadline", params: { time: "timeoutMs" } }],
            },
            ENQUEUE_FAILED: [
              {
                guard: "currentMayTryAgain",
                target: "backoff",
                actions: ["scheduleToolRetry", "countAttempt"],
              },
              { guard: "current", target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
            ],
            HANDLER_RETURNED: [
              { guard: "isCurrentAndAsync", target: "awaitingResult" },
              { guard: "current", target: "#toolCall.completed", actions: "reportSettled" },
            ],
            NOT_BEGUN: { guard: "current", target: "backoff", actions: "scheduleToolRetry" },
            HANDLER_FAILED: [
              {
                guard: "failureMayBeRetried",
                target: "backoff",
                actions: ["scheduleToolRetry", "countAttempt"],
              },
              { guard: "current", target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
            ],
            EXECUTOR_DIED: [
              { guard: "mayRunAgainAfterDeath", target: "executing", reenter: true, actions: "countAttempt" },
              { guard: "current", target: "#toolCall.failed", actions: ["recordDeath", "reportSettled"] },
            ],
            DEADLINE_PASSED: [
              {
                guard: "mayRunAgainAfterTimeout",
                target: "executing",
                reenter: true,
                actions: ["countAttempt", "cancelExecutor"],
              },
              {
                guard: "isSyncAndDeadlineCurrent",
                target: "#toolCall.failed",
                actions: ["recordTimeout", "cancelExecutor", "reportSettled"],
              },
            ],
          },
        },
        backoff: {
          description: "The handler is run again after a wait.",
          entry: ["nextDeadline", "cancelDeadline"],
          on: { RETRY_DUE: { guard: "current", target: "executing" } },
        },
        awaitingResult: {
          description: "The result comes from outside: the call's callback has returned, or it has none.",
        },
      },
    },
    completed: { type: "final", description: "The call has a result.", entry: "dropFences" },
    failed: { type: "final", description: "The call has an error.", entry: "dropFences" },
    denied: {
      type: "final",
      description: "The call was not approved, and did not run.",
      entry: "dropFences",
    },
    cancelled: {
      type: "final",
      description: "The turn ended without the call's outcome.",
      entry: "dropFences",
    },
  },
});
